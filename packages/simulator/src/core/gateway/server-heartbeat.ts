import { later, record } from '../kernel/kernel.js'
import type { HeartbeatEntry } from '../kernel/log-entry.js'
import { closeCodes } from '../rules/close-codes.js'
import { HEARTBEAT_ANSWER } from '../rules/limits.js'
import { opcodes } from '../rules/opcodes.js'
import type { Connection, GatewayWorld } from './state.js'
import { closeConnection, sendText } from './wire.js'

const recordHeartbeat = (
  world: GatewayWorld,
  connection: Connection,
  change: HeartbeatEntry['change'],
  ms: number,
): void =>
  record(world, {
    kind: 'heartbeat',
    change,
    bot: connection.bot,
    connection: connection.id,
    push: null,
    ms,
  })

/**
 * Sends the platform's own heartbeat, op 1 (§3.4). Its `d` is unknown; the simulator sends the last sequence number, as
 * clients do.
 */
export const askForHeartbeat = (
  world: GatewayWorld,
  connection: Connection,
  asked: { readonly d?: unknown },
  fault: string | null,
): void => {
  if (connection.state !== 'open') return
  const session = connection.session === null ? undefined : world.sessions.get(connection.session)
  const d = 'd' in asked ? asked.d : (session?.seq ?? null)
  sendText(world, connection, JSON.stringify({ op: opcodes.heartbeat, d }), { op: opcodes.heartbeat, fault })
  recordHeartbeat(world, connection, 'asked', 0)
  if (connection.askedAt !== null) return
  connection.askedAt = world.now
  later(world, HEARTBEAT_ANSWER, { kind: 'check-answer', connection: connection.id, askedAt: world.now })
}

/** Takes a heartbeat of the client, which also answers the platform's. */
export const noteHeartbeat = (world: GatewayWorld, connection: Connection): void => {
  if (connection.askedAt === null) return
  recordHeartbeat(world, connection, 'answered', world.now - connection.askedAt)
  connection.askedAt = null
}

/** Records a missed answer in the log. The real platform's reaction is unknown. */
export const checkAnswer = (world: GatewayWorld, connection: Connection, askedAt: number): void => {
  if (connection.askedAt !== askedAt) return
  recordHeartbeat(world, connection, 'missed', world.now - askedAt)
  connection.askedAt = null
}

/** Handles an op 11 from the client. Over the WebSocket only the server may send it (§3.4). */
export const takeHeartbeatAck = (world: GatewayWorld, connection: Connection): void => {
  recordHeartbeat(
    world,
    connection,
    'acknowledged',
    connection.askedAt === null ? 0 : world.now - connection.askedAt,
  )
  if (world.live.heartbeatAckFromBot === 'close_4001')
    closeConnection(world, connection, closeCodes.badOpcode.code, closeCodes.badOpcode.reason)
}
