import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect } from '../disconnect.js'
import { beat } from '../heartbeat.js'
import type { Context } from '../input.js'
import { isSeq } from '../session.js'
import type { Identifying, Resuming } from '../state.js'
import { DISPATCH, type Handlers, type Step } from '../step.js'
import { markAlive, onFrame } from './connected.js'
import { becomeReady } from './ready.js'

const sessionIdIn = (d: unknown): string | null => {
  const id = typeof d === 'object' && d !== null ? (d as { session_id?: unknown }).session_id : undefined
  return typeof id === 'string' && id !== '' ? id : null
}

/** READY: a session begins (§3.3). */
export const onReady = (state: Identifying | Resuming, frame: WireFrame, context: Context): Step => {
  const id = sessionIdIn(frame.d)
  if (id === null) return disconnect(state, { kind: 'bad_ready' }, context)
  const seq = isSeq(frame.s) ? frame.s : null
  const session = { id, seq, jump: null, startedAt: context.now, heardAt: context.now }
  return becomeReady(state, session, context, [{ type: 'session_started', id, seq }, DISPATCH])
}

/** Identify is sent; READY is due. */
export const identifying: Handlers<Identifying> = {
  frame: (state, { frame }, context) => {
    if (frame.op !== Opcode.Dispatch) return onFrame(state, frame, context)
    if (frame.t === 'READY') return onReady(markAlive(state), frame, context)
    return { state: markAlive(state), effects: [DISPATCH] }
  },
  timer: (state, { name }, context) =>
    name === 'heartbeat'
      ? beat(state, context)
      : disconnect(state, { kind: 'timeout', awaited: 'READY' }, context),
}
