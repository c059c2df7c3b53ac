import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import type { Context } from '../context.js'
import type { Handlers } from '../handlers.js'
import { beat } from '../heartbeat.js'
import { dropSession } from '../loss/drop-session.js'
import { lose } from '../loss/lose.js'
import { advance } from '../session.js'
import type { Resuming } from '../state.js'
import type { Step } from '../step.js'
import { heard, onFrame } from './connected.js'
import { onReady } from './identifying.js'
import { becomeReady } from './ready.js'

const onDispatch = (state: Resuming, frame: WireFrame, context: Context): Step => {
  const session = advance(state.session, frame.s, context.now)
  if (frame.t === 'RESUMED') {
    return becomeReady(state, session, context, [
      { type: 'session_resumed', id: session.id },
      { type: 'dispatch', frame, replayed: false },
    ])
  }
  if (frame.t === 'READY') return anew(state, frame, context)
  return {
    // An event from before brings nothing: a server that sends no other does not resume.
    state: { ...state, session, replayed: state.replayed || session.seq !== state.session.seq },
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

/** Resume is sent: what was missed comes again, then RESUMED (§3.5). */
export const resuming: Handlers<Resuming> = {
  frame: (state, { frame }, context) =>
    frame.op === Opcode.Dispatch ? onDispatch(heard(state), frame, context) : onFrame(state, frame, context),
  timer: (state, { name }, context) =>
    name === 'heartbeat'
      ? beat(state, context)
      : lose(state, { kind: 'timeout', awaited: 'RESUMED' }, context),
}
