import type { Bot } from '../bot/state.js'
import { strikeFault } from '../kernel/fault-matching.js'
import { record } from '../kernel/kernel.js'
import { drawUuid } from '../kernel/random.js'
import { closeCodes } from '../rules/close-codes.js'
import { opcodes } from '../rules/opcodes.js'
import { applySocketFault } from './socket-faults.js'
import type { Connection, GatewayWorld, Session } from './state.js'
import { closeConnection, sendText } from './wire.js'

const recordSession = (
  world: GatewayWorld,
  session: Session,
  change: 'created' | 'resumed' | 'expired' | 'dropped',
): void =>
  record(world, {
    kind: 'session',
    change,
    session: session.id,
    bot: session.bot,
    connection: session.connection,
    shard: session.shard,
    intents: session.intents,
    seq: session.seq,
  })

/** Forgets a session. */
export const dropSession = (world: GatewayWorld, session: Session, change: 'expired' | 'dropped'): void => {
  world.sessions.delete(session.id)
  world.bots.get(session.bot)?.sessions.delete(session.id)
  recordSession(world, session, change)
}

/** Creates a session after an Identify and sends READY (§3.3). Detached sessions of the same shard are forgotten. */
export const createSession = (
  world: GatewayWorld,
  connection: Connection,
  bot: Bot,
  shard: readonly [number, number],
  intents: number,
): void => {
  for (const name of bot.sessions) {
    const other = world.sessions.get(name)
    if (other && other.connection === null && other.shard[0] === shard[0] && other.shard[1] === shard[1]) {
      dropSession(world, other, 'dropped')
    }
  }
  const session: Session = {
    id: drawUuid(world.random),
    bot: bot.appId,
    shard,
    intents,
    connection: connection.id,
    seq: 1,
    buffer: [],
    lost: 0,
    expiresAt: null,
  }
  world.sessions.set(session.id, session)
  bot.sessions.add(session.id)
  connection.session = session.id
  connection.bot = bot.appId
  recordSession(world, session, 'created')
  const facts = { op: opcodes.dispatch, t: 'READY', s: 1 }
  const text = JSON.stringify({
    op: opcodes.dispatch,
    s: 1,
    t: 'READY',
    d: {
      version: 1,
      session_id: session.id,
      user: { id: bot.userId, username: bot.name, bot: true },
      shard,
    },
  })
  const fault = strikeFault(world, 'identify', { bot: bot.appId, connection: connection.id })
  if (fault) applySocketFault(world, connection, fault.do, fault.id, { ...facts, text })
  else sendText(world, connection, text, facts)
}

/** Resumes a session: replays the events after `seq`, then sends RESUMED with an empty string (§3.5). */
export const resumeSession = (
  world: GatewayWorld,
  connection: Connection,
  session: Session,
  seq: number,
): void => {
  const old = session.connection === null ? undefined : world.connections.get(session.connection)
  // Seen in the field as 4902 "reset by resume" (§3.7).
  if (old && old.id !== connection.id)
    closeConnection(world, old, closeCodes.resetByResume.code, closeCodes.resetByResume.reason)
  connection.session = session.id
  connection.bot = session.bot
  session.connection = connection.id
  session.expiresAt = null
  recordSession(world, session, 'resumed')
  const replay = (text: string, t: string, s: number): void => {
    const facts = { op: opcodes.dispatch, t, s }
    const fault = strikeFault(world, 'replay', { bot: session.bot, connection: connection.id, t })
    if (fault) applySocketFault(world, connection, fault.do, fault.id, { ...facts, text })
    else sendText(world, connection, text, facts)
  }
  for (const event of session.buffer) if (event.s > seq) replay(event.text, event.t, event.s)
  session.seq += 1
  const s = session.seq
  replay(JSON.stringify({ op: opcodes.dispatch, s, t: 'RESUMED', d: '' }), 'RESUMED', s)
}

/** The shard of a guild (§3.9). The distribution of C2C and group events is unknown: they go to shard 0. */
export const shardOf = (guildId: string | null | undefined, count: number): number =>
  guildId && /^\d+$/.test(guildId) ? Number((BigInt(guildId) >> 22n) % BigInt(count)) : 0
