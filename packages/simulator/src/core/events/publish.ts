import type { Bot } from '../bot/state.js'
import { frameText } from '../gateway/frame-text.js'
import { shardOf } from '../gateway/session.js'
import { applySocketFault } from '../gateway/socket-faults.js'
import type { PlatformEvent, Session } from '../gateway/state.js'
import { sendText } from '../gateway/wire.js'
import { strikeFault } from '../kernel/fault-matching.js'
import { eventId } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import { intentOf } from '../rules/intents.js'
import { opcodes } from '../rules/opcodes.js'
import type { EventsWorld } from './state.js'
import { pushEvent } from './webhook-push.js'

/** Whether a session asked for an event and the bot still has the permission (§3.8). */
const wants = (bot: Bot, session: Session, event: PlatformEvent): boolean => {
  const mask = intentOf(event.t)
  return (
    (mask === 0 || (session.intents & bot.intents & mask) !== 0) &&
    shardOf(event.guildId, session.shard[1]) === session.shard[0]
  )
}

/** Delivers an event to a session: numbers it, buffers it for replay, and sends it when connected. */
const deliverToSession = (world: EventsWorld, session: Session, event: PlatformEvent, id: string): number => {
  session.seq += 1
  const s = session.seq
  const text = frameText({ op: opcodes.dispatch, s, t: event.t, id }, event.d)
  session.buffer.push({ s, t: event.t, text })
  if (session.buffer.length > world.settings.replayLimit)
    session.lost = session.buffer.shift()?.s ?? session.lost
  const connection = session.connection === null ? undefined : world.connections.get(session.connection)
  if (!connection) return s
  const fault = strikeFault(world, 'event', {
    bot: session.bot,
    connection: connection.id,
    t: event.t,
    peer: event.peer?.name ?? null,
    person: event.person ?? null,
  })
  const facts = { op: opcodes.dispatch, t: event.t, s }
  if (fault) applySocketFault(world, connection, fault.do, fault.id, { ...facts, text })
  else sendText(world, connection, text, facts)
  return s
}

const takers = (world: EventsWorld, bot: Bot, event: PlatformEvent): readonly Session[] =>
  // One transport at a time (§8): with a webhook, the gateway gets no events.
  [...(bot.webhook === null ? bot.sessions : [])]
    .flatMap((name) => world.sessions.get(name) ?? [])
    .filter((session) => wants(bot, session, event))

/** Whether a session of the bot, connected or resumable, asked for an event. */
export const isWanted = (world: EventsWorld, bot: Bot, event: PlatformEvent): boolean =>
  takers(world, bot, event).length > 0

/** Publishes an event to every session of a bot that asked for it, connected or resumable. Returns its outer id. */
export const publish = (world: EventsWorld, bot: Bot, event: PlatformEvent): string => {
  const id = event.id ?? eventId(world.random, event.t)
  const sessions = takers(world, bot, event).map((session) => ({
    session: session.id,
    s: deliverToSession(world, session, event, id),
    live: session.connection !== null,
  }))
  const conversation = event.peer ? `${event.peer.id} ${event.person ?? ''}` : null
  record(world, {
    kind: 'event',
    bot: bot.appId,
    t: event.t,
    id,
    conversation,
    sessions,
    pushed: bot.webhook !== null,
  })
  pushEvent(world, bot, { ...event, id })
  return id
}
