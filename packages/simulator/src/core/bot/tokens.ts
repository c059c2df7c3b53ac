import { drawHex } from '../kernel/random.js'
import type { Bot, BotWorld, Token } from './state.js'

/** In the last minute of a token an exchange issues a new one; the old one stays valid until it expires (§1.3). */
const LAST_MINUTE = 60_000

/** The token of an exchange: the current one, or a new one in its last minute. */
export const issueToken = (world: BotWorld, bot: Bot): Token => {
  bot.tokens = bot.tokens.filter((token) => token.expiresAt > world.now)
  const newest = bot.tokens.at(-1)
  if (newest && newest.expiresAt - world.now > LAST_MINUTE) return newest
  const token = {
    value: `AT_${drawHex(world.random, 32)}`,
    expiresAt: world.now + world.settings.tokenLifetime * 1000,
  }
  bot.tokens.push(token)
  return token
}

/** The bot of a valid token. */
export const botOfToken = (world: BotWorld, value: string): Bot | null => {
  for (const bot of world.bots.values()) {
    if (bot.tokens.some((token) => token.value === value && token.expiresAt > world.now)) return bot
  }
  return null
}

/** The bot of an old `appid.token` pair (§1.4). */
export const botOfLegacyToken = (world: BotWorld, pair: string): Bot | null => {
  if (!world.settings.legacyAuth) return null
  const dot = pair.indexOf('.')
  const bot = world.bots.get(pair.slice(0, dot))
  return bot && dot > 0 && bot.legacyToken === pair.slice(dot + 1) ? bot : null
}

/** Invalidates every token of a bot. */
export const revokeTokens = (bot: Bot): void => {
  bot.tokens = []
}
