import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect, dropSession } from '../disconnect.js'
import { beat } from '../heartbeat.js'
import type { Context } from '../input.js'
import { isPlausible } from '../progress.js'
import { advance, isSeq, reached, type Session } from '../session.js'
import type { Resuming } from '../state.js'
import type { Handlers, Step } from '../step.js'
import { markAlive, onFrame } from './connected.js'
import { onReady } from './identifying.js'
import { becomeReady } from './ready.js'

const onDispatch = (state: Resuming, frame: WireFrame, context: Context): Step => {
  const session = advance(state.session, frame.s, context.now)
  if (frame.t === 'RESUMED') {
    return becomeReady(state, session, context, [
      { type: 'dispatch', frame, replayed: false },
      // Only with its number is it known what the replay has left out.
      { type: 'session_resumed', id: session.id },
    ])
  }
  if (frame.t === 'READY') return anew(state, frame, context)
  return {
    // An event from before brings nothing: a server that sends no other does not resume.
    state: { ...state, session, replayed: state.replayed || isNew(state.session, frame.s) },
    effects: [
      { type: 'dispatch', frame, replayed: true },
      { type: 'set_timer', name: 'deadline', ms: context.config.deadlines.resumed },
    ],
  }
}

/** The server answers with a new session instead: the old one is gone. */
const anew = (state: Resuming, frame: WireFrame, context: Context): Step => {
  const step = onReady(state, frame, context)
  // Without a session id nothing new began, and the old session may well go on.
  if (step.state.name !== 'ready') return step
  const reason = 'the server began a new session instead of resuming'
  return { state: step.state, effects: [dropSession(state.session, reason), ...step.effects] }
}

const isNew = (session: Session, next: unknown): boolean =>
  isSeq(next) && isPlausible(session.seq, next) && next > (reached(session) ?? 0)

/** Resume is sent: what was missed comes again, then RESUMED (§3.5). */
export const resuming: Handlers<Resuming> = {
  frame: (state, { frame }, context) =>
    frame.op === Opcode.Dispatch
      ? onDispatch(markAlive(state), frame, context)
      : onFrame(state, frame, context),
  timer: (state, { name }, context) =>
    name === 'heartbeat'
      ? beat(state, context)
      : disconnect(state, { kind: 'timeout', awaited: 'RESUMED' }, context),
}
