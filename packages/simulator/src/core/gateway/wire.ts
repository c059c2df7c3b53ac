import { emit, later, record } from '../kernel/kernel.js'
import { logText } from '../kernel/log-text.js'
import type { FrameFacts } from '../kernel/task.js'
import type { Connection, GatewayWorld } from './state.js'

/** Sends text unchanged. Frozen and closed connections drop it. */
export const sendText = (
  world: GatewayWorld,
  connection: Connection,
  text: string | Uint8Array,
  facts: FrameFacts,
): void => {
  if (connection.state !== 'open') return
  record(world, {
    kind: 'frame',
    direction: 'out',
    connection: connection.id,
    op: facts.op,
    t: facts.t ?? null,
    s: facts.s ?? null,
    text: logText(typeof text === 'string' ? text : `<${text.length} bytes>`),
    fault: connection.frozen ? 'half-open' : (facts.fault ?? null),
  })
  if (connection.frozen) return
  emit(world, { kind: 'send', connection: connection.id, data: text })
  const { held } = connection
  if (held === null) return
  connection.held = null
  sendText(world, connection, held.data, held.facts)
}

/** Sends a control frame. */
export const sendFrame = (
  world: GatewayWorld,
  connection: Connection,
  op: number,
  body: { readonly d?: unknown } = {},
): void => sendText(world, connection, JSON.stringify({ op, ...body }), { op })

/** Detaches a connection from its session, which stays resumable for a while. */
const detachSession = (world: GatewayWorld, connection: Connection): void => {
  const session = connection.session === null ? undefined : world.sessions.get(connection.session)
  if (!session || session.connection !== connection.id) return
  session.connection = null
  session.expiresAt = world.now + world.settings.sessionLifetime
  later(world, world.settings.sessionLifetime, { kind: 'expire-session', session: session.id })
  record(world, {
    kind: 'session',
    change: 'detached',
    session: session.id,
    bot: session.bot,
    connection: connection.id,
    shard: session.shard,
    intents: session.intents,
    seq: session.seq,
  })
}

const recordEnd = (
  world: GatewayWorld,
  connection: Connection,
  by: 'client' | 'platform' | 'network',
  code: number,
  reason: string,
): void => {
  record(world, {
    kind: 'connection',
    change: 'closed',
    connection: connection.id,
    by,
    bot: connection.bot,
    session: connection.session,
    code,
    reason,
  })
  detachSession(world, connection)
}

/** Closes a connection with a close frame. */
export const closeConnection = (
  world: GatewayWorld,
  connection: Connection,
  code: number,
  reason: string,
): void => {
  if (connection.state !== 'open') return
  connection.state = 'closing'
  recordEnd(world, connection, 'platform', code, reason)
  // A frozen connection cannot deliver the close frame.
  if (connection.frozen) world.connections.delete(connection.id)
  else emit(world, { kind: 'close', connection: connection.id, code, reason })
}

/** Ends a connection without a close frame. */
export const breakConnection = (world: GatewayWorld, connection: Connection, how: 'drop' | 'reset'): void => {
  if (connection.state !== 'open') return
  connection.state = 'closing'
  recordEnd(world, connection, 'network', 1006, how)
  if (connection.frozen) world.connections.delete(connection.id)
  else emit(world, { kind: 'break', connection: connection.id, how })
}

/** Makes a connection half-open: frames are lost in both directions, and no side notices. */
export const freezeConnection = (world: GatewayWorld, connection: Connection): void => {
  if (connection.state !== 'open' || connection.frozen) return
  connection.frozen = true
  record(world, {
    kind: 'connection',
    change: 'frozen',
    connection: connection.id,
    by: 'network',
    bot: connection.bot,
    session: connection.session,
    code: 0,
    reason: 'half-open',
  })
  emit(world, { kind: 'freeze', connection: connection.id })
}

/** The adapter reports that a connection is gone. */
export const connectionGone = (
  world: GatewayWorld,
  connection: Connection,
  code: number,
  reason: string,
): void => {
  world.connections.delete(connection.id)
  if (connection.state === 'open')
    recordEnd(world, connection, code === 1006 ? 'network' : 'client', code, reason)
  connection.state = 'closed'
}
