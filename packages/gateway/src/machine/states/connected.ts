import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect, onFault } from '../disconnect.js'
import { answerBeat } from '../heartbeat.js'
import type { Context } from '../input.js'
import type { Connected } from '../state.js'
import { type Effect, type Handlers, type InputOf, record, stay, type Step } from '../step.js'
import { closeThenDisconnect, closeThenStop, lingerThenDisconnect } from './closing.js'

const ACKED: readonly Effect[] = [{ type: 'acked' }]

/** Anything that arrives is a sign of life. */
export const markAlive = <S extends Connected>(state: S): S =>
  state.link.aliveSinceBeat ? state : { ...state, link: { ...state.link, aliveSinceBeat: true } }

/** How every state with an open socket handles a frame that it has no own handler for. */
export const onFrame = (before: Connected, frame: WireFrame, context: Context): Step => {
  const state = markAlive(before)
  switch (frame.op) {
    case Opcode.HeartbeatAck:
      return {
        state: {
          ...state,
          // In `resuming` the replay may still be incomplete, so an ACK proves nothing there.
          ...(state.name === 'ready' && { session: { ...state.session, heardAt: context.now } }),
          link: { ...state.link, unacked: 0 },
        },
        effects: ACKED,
      }
    case Opcode.Heartbeat:
      return answerBeat(state, context)
    case Opcode.Reconnect:
      return closeThenDisconnect(state, { kind: 'reconnect' }, context)
    case Opcode.InvalidSession:
      return lingerThenDisconnect(state, { kind: 'session_refused', resumable: frame.d === true })
    default: {
      const what = frame.op === Opcode.Dispatch ? `the event ${frame.t}` : `op ${frame.op}`
      return {
        state,
        effects: [record('debug', 'gateway.unexpected', `ignored ${what} while ${state.name}`)],
      }
    }
  }
}

/** Ignores a message, which is still a sign of life. */
export const ignoreMalformed = (state: Connected, problem: string): Step => ({
  state: markAlive(state),
  effects: [record('warn', 'gateway.malformed', `ignored a malformed message: ${problem}`)],
})

/**
 * An unparseable message may have been an event. Before any later event is taken, the server would send it again, so the
 * first time the connection is replaced. If it is unparseable again, it is lost, and a gap is reported.
 */
const onMalformed = (
  before: Connected,
  { problem, unparseable }: InputOf<'malformed'>,
  context: Context,
): Step => {
  const { session, memory } = before
  const ignored = ignoreMalformed(before, problem)
  if (!unparseable || !session) return ignored
  const { state, effects } = ignored
  if (!memory.unparseable) {
    return disconnect(
      { ...before, memory: { ...memory, unparseable: true } },
      { kind: 'garbled', problem },
      context,
    )
  }
  const gap = {
    since: session.heardAt,
    lastSeq: session.seq,
    reason: `a message could not be read: ${problem}`,
  }
  return { state, effects: [...effects, { type: 'gap', gap }] }
}

/** Handlers that all states with an open socket share. */
export const connected: Handlers<Connected> = {
  frame: (state, { frame }, context) => onFrame(state, frame, context),
  activity: (state) => stay(markAlive(state)),
  malformed: onMalformed,
  closed: (state, { code, reason, error }, context) =>
    disconnect(state, { kind: 'closed', code, reason, error }, context),
  fault: onFault,
  stop: closeThenStop,
}
