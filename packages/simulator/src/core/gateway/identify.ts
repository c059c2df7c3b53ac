import type { Bot } from '../bot/state.js'
import { record } from '../kernel/kernel.js'
import { guildsOf } from '../places/guilds.js'
import { closeCodes, type CloseRow } from '../rules/close-codes.js'
import { beyond, KNOWN_INTENTS } from '../rules/intents.js'
import type { LiveSettings } from '../rules/live-settings.js'
import { opcodes } from '../rules/opcodes.js'
import { createSession, shardOf } from './session.js'
import type { Connection, GatewayWorld } from './state.js'
import { closeConnection, sendFrame } from './wire.js'

const DAY = 86_400_000
/** The span in which `max_concurrency` sessions may be created, in ms (§3.1). */
const PACE = 5_000

const shardFrom = (value: unknown): readonly [number, number] | null => {
  if (value === undefined || value === null) return [0, 1]
  if (!Array.isArray(value) || value.length !== 2) return null
  const [index, total] = value as readonly unknown[]
  if (!Number.isInteger(index) || !Number.isInteger(total)) return null
  return (index as number) >= 0 && (total as number) >= 1 && (index as number) < (total as number)
    ? [index as number, total as number]
    : null
}

/** Resets the budget of session starts when its 24 h are over. */
export const refreshStarts = (world: GatewayWorld, bot: Bot): void => {
  if (world.now >= bot.starts.resetsAt) bot.starts = { used: 0, resetsAt: world.now + DAY }
  bot.recentStarts = bot.recentStarts.filter((at) => at > world.now - PACE)
}

/**
 * The version that READY names (§3.3). The field in which a client names another is not documented; the simulator reads
 * it beside the token.
 */
const VERSION = 1

const isCrowded = (world: GatewayWorld, bot: Bot, [index, count]: readonly [number, number]): boolean => {
  const most = world.settings.guildsPerShard
  if (most === null) return false
  return guildsOf(world, bot.appId).filter(({ id }) => shardOf(id, count) === index).length > most
}

/** The close code for an Identify, or `null`. Permission for its intents is checked afterwards. */
const refusal = (
  world: GatewayWorld,
  bot: Bot,
  d: Readonly<Record<string, unknown>>,
  shard: readonly [number, number] | null,
): CloseRow | null => {
  const { intents, version = VERSION } = d
  if (bot.standing === 'banned') return closeCodes.banned
  if (bot.standing === 'delisted') return closeCodes.delisted
  if (version !== VERSION) return closeCodes.badVersion
  if (!shard) return closeCodes.badShard
  if (isCrowded(world, bot, shard)) return closeCodes.tooManyGuilds
  if (typeof intents !== 'number' || !Number.isInteger(intents) || intents < 0 || intents > 0x7fff_ffff) {
    return closeCodes.badIntents
  }
  return beyond(intents, KNOWN_INTENTS) === 0 ? null : closeCodes.badIntents
}

const closeWith = (world: GatewayWorld, connection: Connection, { code, reason }: CloseRow): void =>
  closeConnection(world, connection, code, reason)

/** Answers to an Identify with a forbidden intent, by the live switch (§3.11). */
const intentRefusals: Readonly<
  Record<LiveSettings['refusedIntents'], (world: GatewayWorld, connection: Connection) => void>
> = {
  op9: (world, connection) => sendFrame(world, connection, opcodes.invalidSession, { d: false }),
  op9_without_d: (world, connection) => sendFrame(world, connection, opcodes.invalidSession),
  op9_then_4903: (world, connection) => {
    sendFrame(world, connection, opcodes.invalidSession, { d: false })
    closeWith(world, connection, closeCodes.createSession)
  },
  close_4014: (world, connection) => closeWith(world, connection, closeCodes.intentsNotPermitted),
}

/** Refuses an Identify for its intents. The platform does not name the reason; the log does. */
const refuseIntents = (
  world: GatewayWorld,
  connection: Connection,
  bot: Bot,
  asked: number,
  refused: number,
): void => {
  record(world, { kind: 'refused-intents', connection: connection.id, bot: bot.appId, asked, refused })
  // The connection stays open for another Identify.
  connection.identifySent = false
  intentRefusals[world.live.refusedIntents](world, connection)
}

/** An Identify with a valid token (§3.3). */
export const identify = (
  world: GatewayWorld,
  connection: Connection,
  bot: Bot,
  d: Readonly<Record<string, unknown>>,
): void => {
  connection.bot = bot.appId
  const shard = shardFrom(d['shard'])
  const intents = d['intents']
  const row = refusal(world, bot, d, shard)
  if (row || !shard) {
    closeWith(world, connection, row ?? closeCodes.badShard)
    return
  }
  refreshStarts(world, bot)
  const spent = bot.starts.used >= world.settings.sessionStarts.total
  if (spent || bot.recentStarts.length >= world.settings.sessionStarts.maxConcurrency) {
    // The real refusal is not documented; op 9 followed by 4903 was seen (§3.7).
    connection.identifySent = false
    sendFrame(world, connection, opcodes.invalidSession, { d: false })
    if (spent) closeWith(world, connection, closeCodes.createSession)
    return
  }
  bot.starts.used += 1
  // A refused Identify still costs a start of the day's budget (§3.11).
  const refused = beyond(intents as number, bot.intents)
  if (refused !== 0) {
    refuseIntents(world, connection, bot, intents as number, refused)
    return
  }
  bot.recentStarts.push(world.now)
  createSession(world, connection, bot, shard, intents as number)
}
