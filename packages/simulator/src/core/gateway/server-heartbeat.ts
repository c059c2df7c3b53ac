import { later, record } from '../kernel/kernel.js'
import type { HeartbeatEntry } from '../kernel/log-entry.js'
import { closeCodes } from '../rules/close-codes.js'
import { HEARTBEAT_ANSWER } from '../rules/limits.js'
import { opcodes } from '../rules/opcodes.js'
import type { Connection, GatewayWorld } from './state.js'
import { closeConnection, sendText } from './wire.js'

const tell = (
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

/** The platform asks for a sign of life (§3.4). Which `d` it sends is not known: the last number, like a client. */
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
  tell(world, connection, 'asked', 0)
  if (connection.askedAt !== null) return
  connection.askedAt = world.now
  later(world, HEARTBEAT_ANSWER, { kind: 'check-answer', connection: connection.id, askedAt: world.now })
}

/** The client has sent a heartbeat of its own: that is the answer, if one was wanted. */
export const noteHeartbeat = (world: GatewayWorld, connection: Connection): void => {
  if (connection.askedAt === null) return
  tell(world, connection, 'answered', world.now - connection.askedAt)
  connection.askedAt = null
}

/** The time for an answer is over. What the platform does then is not known: only the log tells. */
export const checkAnswer = (world: GatewayWorld, connection: Connection, askedAt: number): void => {
  if (connection.askedAt !== askedAt) return
  tell(world, connection, 'missed', world.now - askedAt)
  connection.askedAt = null
}

/** An op 11 from the client. Over the WebSocket it is the server's alone (§3.4), whether one was asked for or not. */
export const takeHeartbeatAck = (world: GatewayWorld, connection: Connection): void => {
  tell(world, connection, 'acknowledged', connection.askedAt === null ? 0 : world.now - connection.askedAt)
  if (world.live.heartbeatAckFromBot === 'close_4001')
    closeConnection(world, connection, closeCodes.badOpcode.code, closeCodes.badOpcode.reason)
}
