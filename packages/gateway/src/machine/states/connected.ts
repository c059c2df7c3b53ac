import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect, onFault } from '../disconnect.js'
import { answerBeat } from '../heartbeat.js'
import type { Context } from '../input.js'
import { reached } from '../session.js'
import type { Connected } from '../state.js'
import { type Effect, type Handlers, type InputOf, record, stay, type Step } from '../step.js'
import { closeThenLose, closeThenStop, lingerThenLose } from './closing.js'

const ACKED: readonly Effect[] = [{ type: 'acked' }]

/** Anything that arrives is a sign of life. */
export const markAlive = <S extends Connected>(state: S): S =>
  state.link.aliveSinceBeat ? state : { ...state, link: { ...state.link, aliveSinceBeat: true } }

/** What every state with an open socket does about a frame that means nothing special to it. */
export const onFrame = (before: Connected, frame: WireFrame, context: Context): Step => {
  const state = markAlive(before)
  switch (frame.op) {
    case Opcode.HeartbeatAck:
      return {
        state: {
          ...state,
          // After an ACK in `resuming` the replay may still be due, so it proves nothing there.
          ...(state.name === 'ready' && { session: { ...state.session, heardAt: context.now } }),
          link: { ...state.link, unacked: 0 },
        },
        effects: ACKED,
      }
    case Opcode.Heartbeat:
      return answerBeat(state, context)
    case Opcode.Reconnect:
      return closeThenLose(state, { kind: 'reconnect' }, context)
    case Opcode.InvalidSession:
      return lingerThenLose(state, { kind: 'invalid_session', resumable: frame.d === true })
    default: {
      const what = frame.op === Opcode.Dispatch ? `the event ${frame.t}` : `op ${frame.op}`
      return {
        state,
        effects: [record('debug', 'gateway.unexpected', `ignored ${what} while ${state.name}`)],
      }
    }
  }
}

/** A message that is of no use, but a sign of life. */
export const ignoreMalformed = (state: Connected, problem: string): Step => ({
  state: markAlive(state),
  effects: [record('warn', 'gateway.malformed', `ignored what the gateway sent: ${problem}`)],
})

/**
 * A message that could not be read may have been an event. While nothing that came after it was taken, the server would
 * send it again: one new connection is worth that. If it is not to be read then either, it is lost, and we say so.
 */
const onMalformed = (
  before: Connected,
  { problem, garbled }: InputOf<'malformed'>,
  context: Context,
): Step => {
  const { session, memory } = before
  const ignored = ignoreMalformed(before, problem)
  if (!garbled || !session) return ignored
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
    lastSeq: reached(session),
    reason: `a message could not be read: ${problem}`,
  }
  return { state, effects: [...effects, { type: 'gap', gap }] }
}

/** What every state with an open socket has in common. */
export const connected: Handlers<Connected> = {
  frame: (state, { frame }, context) => onFrame(state, frame, context),
  activity: (state) => stay(markAlive(state)),
  malformed: onMalformed,
  closed: (state, { code, reason, error }, context) =>
    disconnect(state, { kind: 'closed', code, reason, error }, context),
  fault: onFault,
  stop: closeThenStop,
}
