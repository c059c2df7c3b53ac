import type { Bot } from '../bot/state.js'
import { botOfLegacyToken, botOfToken } from '../bot/tokens.js'
import { strikeFault } from '../kernel/fault-matching.js'
import type { SocketAction } from '../kernel/faults.js'
import { later, record } from '../kernel/kernel.js'
import { logText } from '../kernel/log-text.js'
import { closeCodes, type CloseRow } from '../rules/close-codes.js'
import { opcodes } from '../rules/opcodes.js'
import { identify } from './identify.js'
import { noteHeartbeat, takeHeartbeatAck } from './server-heartbeat.js'
import { resumeSession } from './session.js'
import { applySocketFault } from './socket-faults.js'
import type { Connection, GatewayWorld, Session } from './state.js'
import { closeConnection, sendFrame, sendText } from './wire.js'

/** Time until an Identify without its prefix is answered with op 9, in ms (§3.3). */
const SILENT_REFUSAL = 100

const SESSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (data: string | Uint8Array): Readonly<Record<string, unknown>> | null => {
  try {
    const frame: unknown = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data))
    return isRecord(frame) ? frame : null
  } catch {
    return null
  }
}

const close = (world: GatewayWorld, connection: Connection, row: CloseRow): void =>
  closeConnection(world, connection, row.code, row.reason)

/** The bot whose token an Identify or Resume carries. `bare`: the prefix is missing. */
const authenticate = (
  world: GatewayWorld,
  text: unknown,
): { readonly bot: Bot | null; readonly bare: boolean } => {
  if (typeof text !== 'string') return { bot: null, bare: false }
  if (text.startsWith('QQBot ')) return { bot: botOfToken(world, text.slice(6)), bare: false }
  if (text.startsWith('Bot ')) return { bot: botOfLegacyToken(world, text.slice(4)), bare: false }
  return { bot: botOfToken(world, text), bare: true }
}

const beat = (world: GatewayWorld, connection: Connection, d: unknown): void => {
  if (d !== null && d !== undefined && typeof d !== 'number') {
    close(world, connection, closeCodes.badPayload)
    return
  }
  noteHeartbeat(world, connection)
  const session = connection.session === null ? undefined : world.sessions.get(connection.session)
  if (world.settings.trimByHeartbeat && session && typeof d === 'number') {
    session.buffer = session.buffer.filter(({ s }) => s > d)
  }
  const fault = strikeFault(world, 'heartbeat', { bot: connection.bot, connection: connection.id })
  const outgoing = { op: opcodes.heartbeatAck, text: JSON.stringify({ op: opcodes.heartbeatAck }) }
  if (fault) applySocketFault(world, connection, fault.do, fault.id, outgoing)
  else sendText(world, connection, outgoing.text, outgoing)
}

const onIdentify = (world: GatewayWorld, connection: Connection, d: unknown): void => {
  if (!isRecord(d) || typeof d['token'] !== 'string') {
    close(world, connection, closeCodes.badPayload)
    return
  }
  const { bot, bare } = authenticate(world, d['token'])
  if (bare) {
    // Measured: op 9 after about 100 ms and no error text (§3.3).
    later(world, SILENT_REFUSAL, { kind: 'frame', connection: connection.id, text: '{"op":9,"d":false}' })
    connection.identifySent = false
    return
  }
  if (bot) identify(world, connection, bot, d)
  // CONFLICT: §8 names op 9 for any wrong token, §1.5 and §3.7 have the code 4004.
  else close(world, connection, closeCodes.authenticationFailed)
}

/** Applies a fault to a Resume: a delay, an end after RESUMED, or another frame in place of RESUMED. */
const applyResumeFault = (
  world: GatewayWorld,
  connection: Connection,
  session: Session,
  seq: number,
  fault: { readonly id: string; readonly do: SocketAction },
): void => {
  const action = fault.do
  if (action.kind === 'delay') {
    later(world, action.ms, { kind: 'resume', connection: connection.id, session: session.id, seq })
    return
  }
  if (
    'after' in action &&
    action.after !== undefined &&
    action.kind !== 'reconnect' &&
    action.kind !== 'invalid'
  ) {
    resumeSession(world, connection, session, seq)
  } else connection.identifySent = false
  applySocketFault(world, connection, action, fault.id)
}

const onResume = (world: GatewayWorld, connection: Connection, d: unknown): void => {
  if (!isRecord(d) || typeof d['session_id'] !== 'string') {
    close(world, connection, closeCodes.badPayload)
    return
  }
  // One client sends the bare token here, all others the prefixed one: both are accepted (§3.5).
  const { bot } = authenticate(world, d['token'])
  if (!bot) {
    close(world, connection, closeCodes.authenticationFailed)
    return
  }
  // A text that cannot be a session id is closed with 4006; an unknown session is refused with op 9 (§3.5, §3.6).
  if (!SESSION_ID.test(d['session_id'])) {
    close(world, connection, closeCodes.badSession)
    return
  }
  const session = world.sessions.get(d['session_id'])
  const { seq } = d
  const refuse = (): void => {
    connection.identifySent = false
    sendFrame(world, connection, opcodes.invalidSession, { d: false })
  }
  if (!session || session.bot !== bot.appId) {
    refuse()
    return
  }
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0 || seq > session.seq) {
    close(world, connection, closeCodes.badSeq)
    return
  }
  // Events that the buffer has dropped cannot be replayed.
  if (seq < session.lost) {
    refuse()
    return
  }
  const fault = strikeFault(world, 'resume', { bot: bot.appId, connection: connection.id })
  if (fault) applyResumeFault(world, connection, session, seq, fault)
  else resumeSession(world, connection, session, seq)
}

const tooFast = (world: GatewayWorld, connection: Connection): boolean => {
  connection.frames.push(world.now)
  const since = world.now - 60_000
  while (connection.frames.length > 0 && (connection.frames[0] ?? 0) <= since) connection.frames.shift()
  return connection.frames.length > world.settings.framesPerMinute
}

/** Handles a message of a client. No content of it can stop the platform. */
export const receive = (world: GatewayWorld, connection: Connection, data: string | Uint8Array): void => {
  if (connection.state !== 'open' || connection.frozen) return
  connection.heardAt = world.now
  const frame = parse(data)
  const op = typeof frame?.['op'] === 'number' ? frame['op'] : null
  record(world, {
    kind: 'frame',
    direction: 'in',
    connection: connection.id,
    op,
    t: null,
    s: null,
    text: logText(typeof data === 'string' ? data : `<${data.length} bytes>`),
    fault: null,
  })
  if (tooFast(world, connection)) {
    close(world, connection, closeCodes.tooFast)
    return
  }
  if (!frame || op === null) {
    close(world, connection, closeCodes.badPayload)
    return
  }
  switch (op) {
    case opcodes.heartbeat:
      beat(world, connection, frame['d'])
      return
    case opcodes.identify:
    case opcodes.resume:
      if (connection.identifySent) {
        close(world, connection, closeCodes.alreadyAuthenticated)
        return
      }
      connection.identifySent = true
      if (op === opcodes.identify) onIdentify(world, connection, frame['d'])
      else onResume(world, connection, frame['d'])
      return
    case opcodes.heartbeatAck:
      takeHeartbeatAck(world, connection)
      return
    default:
      close(
        world,
        connection,
        connection.session === null ? closeCodes.notAuthenticated : closeCodes.badOpcode,
      )
  }
}
