import { strikeFault } from '../kernel/fault-matching.js'
import { emit, later, record } from '../kernel/kernel.js'
import { closeCodes } from '../rules/close-codes.js'
import { opcodes } from '../rules/opcodes.js'
import { applySocketFault } from './socket-faults.js'
import type { Connection, GatewayWorld } from './state.js'
import { closeConnection, sendText } from './wire.js'

/** Accepts or refuses a WebSocket handshake. The gateway has one path, with or without a trailing slash (§3.1). */
export const handshake = (world: GatewayWorld, id: number, path: string): void => {
  if (path !== '/websocket' && path !== '/websocket/') {
    emit(world, { kind: 'refuse', connection: id, status: 404 })
    return
  }
  const fault = strikeFault(world, 'open', { connection: id })
  if (!fault) emit(world, { kind: 'accept', connection: id })
  else if (fault.do.kind === 'refuse')
    emit(world, { kind: 'refuse', connection: id, status: fault.do.status ?? 502 })
  else if (fault.do.kind === 'reset') emit(world, { kind: 'refuse', connection: id, status: 0 })
}

/** Registers an open socket and sends HELLO, the first frame (§3.3). */
export const connect = (world: GatewayWorld, id: number): void => {
  const { settings } = world
  const connection: Connection = {
    id,
    openedAt: world.now,
    bot: null,
    session: null,
    state: 'open',
    frozen: false,
    heardAt: world.now,
    frames: [],
    held: null,
    askedAt: null,
    identifySent: false,
  }
  world.connections.set(id, connection)
  record(world, {
    kind: 'connection',
    change: 'opened',
    connection: id,
    by: 'client',
    bot: null,
    session: null,
    code: 0,
    reason: '',
  })
  if (settings.heartbeatTimeout !== null) {
    later(world, settings.heartbeatTimeout, { kind: 'check-heartbeat', connection: id })
  }
  if (settings.connectionLifetime !== null)
    later(world, settings.connectionLifetime, { kind: 'cut', connection: id })
  const text = JSON.stringify({ op: opcodes.hello, d: { heartbeat_interval: settings.heartbeatInterval } })
  const fault = strikeFault(world, 'connect', { connection: id })
  if (fault) applySocketFault(world, connection, fault.do, fault.id, { op: opcodes.hello, text })
  else sendText(world, connection, text, { op: opcodes.hello })
}

/** Closes a connection without heartbeats for too long, or plans the next check (§3.10). */
export const checkHeartbeat = (world: GatewayWorld, connection: Connection): void => {
  const timeout = world.settings.heartbeatTimeout
  if (timeout === null || connection.state !== 'open') return
  const left = connection.heardAt + timeout - world.now
  if (left > 0) later(world, left, { kind: 'check-heartbeat', connection: connection.id })
  else closeConnection(world, connection, closeCodes.expired.code, closeCodes.expired.reason)
}
