import type { Bot } from '../bot/state.js'
import { numericIdOf } from '../kernel/ids.js'
import { ImpossibleError } from '../kernel/impossible.js'
import { FIRST_GUILD, guildNamed } from '../places/guilds.js'
import type { PlacesWorld } from '../places/state.js'
import { beyond, KNOWN_INTENTS, PRIVATE_INTENTS } from '../rules/intents.js'

/** Properties of a new bot; every field has a default. */
export interface BotInit {
  /** Numeric text. */
  readonly appId?: string
  readonly secret?: string
  /** For the old `Bot appid.token` authorization. */
  readonly legacyToken?: string
  readonly name?: string
  /**
   * Intents that the bot may ask for; default: all that bots of its kind can have
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
   */
  readonly intents?: number
  /** Default `true`. */
  readonly privateDomain?: boolean
  /**
   * Whether group management
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}) is open to the bot;
   * default `true`.
   */
  readonly groupManagement?: boolean
  /**
   * Whether menus and panels
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}) are open to the bot;
   * default `true`.
   */
  readonly menus?: boolean
  /** Default `true`. */
  readonly certified?: boolean
  /** Address to which events are pushed, instead of the gateway. */
  readonly webhook?: string
}

/** The bot that exists from the start. */
export const defaultBot = {
  appId: '102000001',
  secret: 'simulated-secret-0001',
  name: 'simulated-bot',
} as const

/** The first AppID of a series that no bot has. */
const freeAppId = (world: PlacesWorld): string => {
  for (let id = 102_000_001 + world.bots.size; ; id += 1) if (!world.bots.has(String(id))) return String(id)
}

/**
 * Adds a bot to the world, and to its first guild.
 *
 * @throws ImpossibleError when there is a bot with this AppID
 */
export const addBot = (world: PlacesWorld, init: BotInit = {}): Bot => {
  const number = world.bots.size + 1
  const privateDomain = init.privateDomain ?? true
  const appId = init.appId ?? freeAppId(world)
  if (world.bots.has(appId))
    throw new ImpossibleError(
      `there is a bot with the AppID ${appId} already; leave appId out for a free one`,
      `AppID 为 ${appId} 的机器人已存在；省略 appId 即可自动分配`,
    )
  const bot: Bot = {
    appId,
    secret: init.secret ?? `simulated-secret-${String(number).padStart(4, '0')}`,
    legacyToken: init.legacyToken ?? `simulated-token-${String(number).padStart(4, '0')}`,
    name: init.name ?? (number === 1 ? defaultBot.name : `${defaultBot.name}-${number}`),
    userId: numericIdOf(appId, 'bot', appId),
    intents: init.intents ?? (privateDomain ? KNOWN_INTENTS : beyond(KNOWN_INTENTS, PRIVATE_INTENTS)),
    privateDomain,
    groupManagement: init.groupManagement ?? true,
    menus: init.menus ?? true,
    certified: init.certified ?? true,
    standing: 'good',
    tokens: [],
    tokenCalls: [],
    starts: { used: 0, resetsAt: world.now + 86_400_000 },
    recentStarts: [],
    sessions: new Set(),
    webhook: init.webhook ?? null,
  }
  world.bots.set(appId, bot)
  guildNamed(world, appId, FIRST_GUILD)
  return bot
}
