import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect, dropSession } from '../disconnect.js'
import { beat } from '../heartbeat.js'
import type { Context } from '../input.js'
import { isPlausible } from '../progress.js'
import { advance, isSeq, type Session } from '../session.js'
import type { Resuming } from '../state.js'
import { DISPATCH, type Handlers, type Step } from '../step.js'
import { markAlive, onFrame } from './connected.js'
import { onReady } from './identifying.js'
import { becomeReady } from './ready.js'

const onDispatch = (state: Resuming, frame: WireFrame, context: Context): Step => {
  const session = advance(state.session, frame.s, context.now)
  if (frame.t === 'RESUMED') {
    return becomeReady(state, session, context, [
      DISPATCH,
      // Its number shows whether the replay left out others.
      { type: 'session_resumed', id: session.id },
    ])
  }
  if (frame.t === 'READY') return onNewSession(state, frame, context)
  return {
    // Old events do not count: a server that sends no new one does not resume.
    state: { ...state, session, replayed: state.replayed || isNew(state.session, frame.s) },
    effects: [
      { type: 'dispatch', replayed: true },
      { type: 'set_timer', name: 'deadline', ms: context.config.deadlines.resumed },
    ],
  }
}

/** The server answers Resume with a new session: the old one is gone. */
const onNewSession = (state: Resuming, frame: WireFrame, context: Context): Step => {
  const step = onReady(state, frame, context)
  // Without a session id there is no new session, and the old one may still be valid.
  if (step.state.name !== 'ready') return step
  const reason = 'the server began a new session instead of resuming'
  return { state: step.state, effects: [dropSession(state.session, reason), ...step.effects] }
}

const isNew = (session: Session, next: unknown): boolean =>
  isSeq(next) && isPlausible(session.seq, next) && next > (session.seq ?? 0)

/** Resume is sent: missed events are replayed, then RESUMED follows (§3.5). */
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
