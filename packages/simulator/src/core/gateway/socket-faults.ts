import type { SocketAction } from '../kernel/faults.js'
import { later } from '../kernel/kernel.js'
import type { FrameFacts } from '../kernel/task.js'
import { opcodes } from '../rules/opcodes.js'
import { askForHeartbeat } from './server-heartbeat.js'
import type { Connection, GatewayWorld } from './state.js'
import { breakConnection, closeConnection, freezeConnection, sendFrame, sendText } from './wire.js'

const OVERSIZE = 8 * 1_048_576

/** A frame that is ready to be sent. */
export interface Outgoing extends FrameFacts {
  readonly text: string
}

const closeAfter = (
  world: GatewayWorld,
  connection: Connection,
  code: number,
  reason: string,
  after = 0,
): void => {
  if (after <= 0) closeConnection(world, connection, code, reason)
  else later(world, after, { kind: 'close', connection: connection.id, code, reason })
}

const opOf = (frame: unknown): number | null => {
  const op = typeof frame === 'object' && frame !== null && 'op' in frame ? frame.op : null
  return typeof op === 'number' ? op : null
}

/** Applies a fault to a connection, in place of the frame that is ready, if there is one. */
export const applySocketFault = (
  world: GatewayWorld,
  connection: Connection,
  action: SocketAction,
  id: string,
  outgoing: Outgoing | null = null,
): void => {
  const facts = { op: outgoing?.op ?? null, t: outgoing?.t ?? null, s: outgoing?.s ?? null, fault: id }
  const text = outgoing?.text ?? ''
  const send = (data: string | Uint8Array): void => sendText(world, connection, data, facts)
  // A replacement does not carry the event, so it has no sequence number.
  const replace = (data: string, op: number | null = null): void =>
    sendText(world, connection, data, { op, fault: id })
  switch (action.kind) {
    case 'ignore':
      return
    case 'delay':
      if (outgoing) later(world, action.ms, { kind: 'send', connection: connection.id, data: text, facts })
      return
    case 'drop':
    case 'reset':
      if (action.after === undefined) breakConnection(world, connection, action.kind)
      else {
        if (outgoing) send(text)
        later(world, action.after, { kind: 'break', connection: connection.id, how: action.kind })
      }
      return
    case 'half-open':
      freezeConnection(world, connection)
      return
    case 'close':
      if (action.after === undefined) closeConnection(world, connection, action.code, action.reason ?? '')
      else {
        if (outgoing) send(text)
        closeAfter(world, connection, action.code, action.reason ?? '', action.after)
      }
      return
    case 'reconnect':
      sendFrame(world, connection, opcodes.reconnect)
      if (action.thenClose !== undefined) closeAfter(world, connection, action.thenClose, '', action.after)
      return
    case 'invalid':
      sendFrame(world, connection, opcodes.invalidSession, 'd' in action ? { d: action.d } : {})
      if (action.thenClose !== undefined) closeAfter(world, connection, action.thenClose, '', action.after)
      return
    case 'duplicate':
      send(text)
      send(text)
      return
    case 'reorder':
      if (!outgoing) return
      // Only one frame is held back at a time: the next frame releases it.
      if (connection.held === null) connection.held = { data: text, facts }
      else send(text)
      return
    case 'garbage':
      replace(action.text ?? 'not json at all {')
      return
    case 'truncate':
      replace(text.slice(0, Math.max(1, text.length >> 1)))
      return
    case 'oversize':
      send(text + ' '.repeat(action.bytes ?? OVERSIZE))
      return
    case 'binary':
      send(new TextEncoder().encode(text))
      return
    case 'heartbeat':
      if (outgoing) send(text)
      askForHeartbeat(world, connection, action, id)
      return
    case 'frame':
      replace(JSON.stringify(action.frame), opOf(action.frame))
      return
    case 'interval':
      replace(JSON.stringify({ op: opcodes.hello, d: { heartbeat_interval: action.value } }), opcodes.hello)
      return
  }
}
