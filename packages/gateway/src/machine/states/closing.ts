import { Opcode } from '@qqkit/protocol'

import type { DisconnectCause } from '../disconnect-cause.js'
import { disconnect, onFault } from '../disconnect.js'
import type { Context } from '../input.js'
import { advance } from '../session.js'
import type { Afterwards, Closing, Connected } from '../state.js'
import { type Effect, finish, type Handlers, type InputOf, stay, type Step } from '../step.js'

/** Keeps the session on the server; 1000 ends it. */
const KEEP_SESSION = 4000
const END_SESSION = 1000

/** How long to wait for the server's close code after op 9, in ms (GW-08). */
const LINGER = 1000

/** A close without a code, or without a frame: op 9 is more specific. */
const NO_CODE: ReadonlySet<number> = new Set([1005, 1006])

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

/** Closes the socket, then disconnects for `cause`. */
export const closeThenDisconnect = (state: Connected, cause: DisconnectCause, { config }: Context): Step => ({
  state: closingOf(state, { kind: 'disconnect', cause }, false),
  effects: [
    closeFrame(true, 'reconnecting'),
    { type: 'clear_timer', name: 'heartbeat' },
    { type: 'set_timer', name: 'deadline', ms: config.deadlines.close },
  ],
})

/** Gives the server a moment to close: its code is more specific than op 9. */
export const lingerThenDisconnect = (state: Connected, cause: DisconnectCause): Step => ({
  state: closingOf(state, { kind: 'disconnect', cause }, true),
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

const finishClosing = (state: Closing, context: Context): Step =>
  state.afterwards.kind === 'stop'
    ? finish(state, null, state.afterwards.resumable)
    : disconnect(state, state.afterwards.cause, context)

const isStopping = (state: Closing): boolean => state.afterwards.kind === 'stop'

/** Waits for the socket to close. Events that still arrive are taken, unless the shard is stopping. */
export const closing: Handlers<Closing> = {
  closed: (state, { code, reason, error }, context) =>
    state.lingering && !NO_CODE.has(code)
      ? disconnect(state, { kind: 'closed', code, reason, error }, context)
      : finishClosing(state, context),
  timer: (state, { name }, context) => (name === 'deadline' ? finishClosing(state, context) : stay(state)),
  frame: (state, { frame }, { now }) => {
    const { session, was } = state
    if (isStopping(state) || frame.op !== Opcode.Dispatch) return stay(state)
    // Without a session events are taken only after an unparseable READY, and a READY comes too late.
    if (session === null && (was.name !== 'identifying' || frame.t === 'READY')) return stay(state)
    return {
      state: { ...state, session: session && advance(session, frame.s, now) },
      effects: [{ type: 'dispatch', frame, replayed: was.name === 'resuming' }],
    }
  },
  // Later events must not be taken, so that the server sends all of them again.
  malformed: (state, { unparseable }, context) =>
    unparseable && !isStopping(state) ? finishClosing(state, context) : stay(state),
  fault: (state, input, context) =>
    isStopping(state) ? finishClosing(state, context) : onFault(state, input, context),
  stop: (state, input, context) => (isStopping(state) ? stay(state) : closeThenStop(state, input, context)),
}
