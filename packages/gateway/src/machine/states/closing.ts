import { Opcode } from '@qqkit/protocol'

import type { DisconnectCause } from '../disconnect-cause.js'
import { disconnect, onFault } from '../disconnect.js'
import type { Context } from '../input.js'
import { advance } from '../session.js'
import type { Afterwards, Closing, Connected } from '../state.js'
import { type Effect, finish, type Handlers, type InputOf, stay, type Step } from '../step.js'

/** Keeps the session on the server's side; 1000 ends it. */
const KEEP_SESSION = 4000
const END_SESSION = 1000

/** How long the server's close frame may take after op 9 to have the last word, in ms (GW-08). */
const LINGER = 1000

/** A close frame without a code, and none at all: op 9 has said more than that. */
const WORDLESS: ReadonlySet<number> = new Set([1005, 1006])

const closingOf = (state: Connected | Closing, afterwards: Afterwards, lingering: boolean): Closing => ({
  name: 'closing',
  epoch: state.epoch,
  session: state.session,
  memory: state.memory,
  link: state.link,
  afterwards,
  lingering,
  was: state.name === 'closing' ? state.was : state,
})

const closeFrame = (resumable: boolean, reason: string): Effect => ({
  type: 'close',
  code: resumable ? KEEP_SESSION : END_SESSION,
  reason,
})

/** Closes the socket, and then counts as lost for `cause`. */
export const closeThenLose = (state: Connected, cause: DisconnectCause, { config }: Context): Step => ({
  state: closingOf(state, { kind: 'lose', cause }, false),
  effects: [
    closeFrame(true, 'reconnecting'),
    { type: 'clear_timer', name: 'heartbeat' },
    { type: 'set_timer', name: 'deadline', ms: config.deadlines.close },
  ],
})

/** Gives the server a moment to close by itself: its code says more than op 9 does. */
export const lingerThenLose = (state: Connected, cause: DisconnectCause): Step => ({
  state: closingOf(state, { kind: 'lose', cause }, true),
  effects: [
    { type: 'clear_timer', name: 'heartbeat' },
    { type: 'set_timer', name: 'deadline', ms: LINGER },
  ],
})

/** Closes the socket for good. */
export const closeThenStop = (
  state: Connected | Closing,
  { resumable, within }: InputOf<'stop'>,
  { config }: Context,
): Step => ({
  state: closingOf(state, { kind: 'stop', resumable }, false),
  effects: [
    closeFrame(resumable, 'stopping'),
    { type: 'clear_timer', name: 'heartbeat' },
    { type: 'set_timer', name: 'deadline', ms: Math.min(config.deadlines.close, within) },
  ],
})

const leave = (state: Closing, context: Context): Step =>
  state.afterwards.kind === 'stop'
    ? finish(state, null, state.afterwards.resumable)
    : disconnect(state, state.afterwards.cause, context)

const stopping = (state: Closing): boolean => state.afterwards.kind === 'stop'

/** Waits for the socket to close. Events that still come are taken, unless everything is to stop. */
export const closing: Handlers<Closing> = {
  closed: (state, { code, reason, error }, context) =>
    state.lingering && !WORDLESS.has(code)
      ? disconnect(state, { kind: 'closed', code, reason, error }, context)
      : leave(state, context),
  timer: (state, { name }, context) => (name === 'deadline' ? leave(state, context) : stay(state)),
  frame: (state, { frame }, { now }) => {
    const { session, was } = state
    if (stopping(state) || frame.op !== Opcode.Dispatch) return stay(state)
    // Without a session only what follows a READY that could not be read is an event, and READY comes too late.
    if (session === null && (was.name !== 'identifying' || frame.t === 'READY')) return stay(state)
    return {
      state: { ...state, session: session && advance(session, frame.s, now) },
      effects: [{ type: 'dispatch', frame, replayed: was.name === 'resuming' }],
    }
  },
  // What follows must not be taken, so that the server sends all of it again.
  malformed: (state, { garbled }, context) =>
    garbled && !stopping(state) ? leave(state, context) : stay(state),
  fault: (state, input, context) =>
    stopping(state) ? leave(state, context) : onFault(state, input, context),
  stop: (state, input, context) => (stopping(state) ? stay(state) : closeThenStop(state, input, context)),
}
