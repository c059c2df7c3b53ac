import type { WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { disconnect } from '../disconnect.js'
import { plausibleInterval } from '../heartbeat.js'
import type { Context } from '../input.js'
import type { Greeting } from '../state.js'
import { type Effect, type Handlers, record, type Step } from '../step.js'
import { ignoreMalformed, onFrame } from './connected.js'

const intervalIn = (d: unknown): unknown =>
  typeof d === 'object' && d !== null ? (d as { heartbeat_interval?: unknown }).heartbeat_interval : undefined

/** HELLO: starts the heartbeat, then resumes the session, or waits for an identify permit (§3.3, §3.5). */
const onHello = (state: Greeting, frame: WireFrame, context: Context): Step => {
  const { config, random } = context
  const told = intervalIn(frame.d)
  const interval = plausibleInterval(told, config.heartbeat)
  const link = { ...state.link, interval }
  const beating: Effect[] = [
    // Spread over the first interval, so that a thousand bots do not beat in step after an outage.
    { type: 'set_timer', name: 'heartbeat', ms: interval * random() },
  ]
  if (told !== interval) {
    beating.push(
      record('warn', 'gateway.bad_interval', `HELLO had no usable heartbeat interval; using ${interval} ms`),
    )
  }
  const { session } = state
  if (session) {
    return {
      state: { ...state, name: 'resuming', session, link, replayed: false },
      effects: [
        ...beating,
        { type: 'send_resume', id: session.id, seq: session.seq ?? 0 },
        { type: 'set_timer', name: 'deadline', ms: config.deadlines.resumed },
      ],
    }
  }
  return {
    state: { ...state, name: 'queued', link },
    effects: [
      ...beating,
      { type: 'set_timer', name: 'deadline', ms: config.deadlines.permit },
      { type: 'acquire_permit' },
    ],
  }
}

/** The socket is open; HELLO is due. */
export const greeting: Handlers<Greeting> = {
  frame: (state, { frame }, context) =>
    frame.op === Opcode.Hello ? onHello(state, frame, context) : onFrame(state, frame, context),
  // It was HELLO, which comes only once; no event can be lost with it.
  malformed: (state, { problem, unparseable }, context) =>
    unparseable ? disconnect(state, { kind: 'garbled', problem }, context) : ignoreMalformed(state, problem),
  timer: (state, _input, context) => disconnect(state, { kind: 'timeout', awaited: 'HELLO' }, context),
}
