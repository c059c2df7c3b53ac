import { Opcode } from '@qqkit/protocol'
import { ready as readyAgain, stable } from '@qqkit/reconnect-policy'

import { disconnect } from '../disconnect.js'
import { beat } from '../heartbeat.js'
import type { Context } from '../input.js'
import { advance, type Session } from '../session.js'
import type { Identifying, Ready, Resuming } from '../state.js'
import { DISPATCH, type Effect, type Handlers, record, stay, type Step } from '../step.js'
import { markAlive, onFrame } from './connected.js'

/** An idle moment is this many ms without an event, … */
const QUIET = 10_000
/** … and after this many checks without one the session is replaced anyway. */
const CHECKS = 60

/** Enters `ready`, after READY or RESUMED. */
export const becomeReady = (
  state: Identifying | Resuming,
  session: Session,
  context: Context,
  effects: readonly Effect[],
): Step => {
  const { config, now } = context
  const all: Effect[] = [
    { type: 'clear_timer', name: 'deadline' },
    { type: 'set_timer', name: 'stability', ms: config.policy.stableAfter },
    ...effects,
    record('info', 'gateway.ready', state.name === 'resuming' ? 'session resumed' : 'session started'),
  ]
  if (config.maxSessionAge !== null) {
    all.push({
      type: 'set_timer',
      name: 'age',
      ms: Math.max(0, session.startedAt + config.maxSessionAge - now),
    })
  }
  return {
    state: {
      name: 'ready',
      epoch: state.epoch,
      session,
      memory: { ...state.memory, history: readyAgain(state.memory.history), refusals: null },
      link: state.link,
      readyAt: now,
      aging: null,
    },
    effects: all,
  }
}

/** Replaces an old session at the next idle moment (§3.5: old sessions can fall silent). */
const onAge = (state: Ready, context: Context): Step => {
  const { aging } = state
  if (aging && (!aging.busy || aging.checks >= CHECKS)) return disconnect(state, { kind: 'aged' }, context)
  return {
    state: { ...state, aging: { checks: (aging?.checks ?? 0) + 1, busy: false } },
    effects: [{ type: 'set_timer', name: 'age', ms: QUIET }],
  }
}

const EVENT: readonly Effect[] = [DISPATCH]

/** A READY while ready: its number counts, its content is ignored. */
const SECOND_READY: readonly Effect[] = [
  record('debug', 'gateway.unexpected', 'ignored the event READY while ready'),
  DISPATCH,
]

/** Receives events. */
export const ready: Handlers<Ready> = {
  frame: (state, { frame }, context) =>
    frame.op === Opcode.Dispatch
      ? {
          // No spread: it costs several times as much, and this runs for every event.
          state: {
            name: 'ready',
            epoch: state.epoch,
            session: advance(state.session, frame.s, context.now),
            memory: state.memory,
            link: markAlive(state).link,
            readyAt: state.readyAt,
            aging: state.aging && { ...state.aging, busy: true },
          },
          effects: frame.t === 'READY' ? SECOND_READY : EVENT,
        }
      : onFrame(state, frame, context),
  timer: (state, { name }, context) => {
    if (name === 'heartbeat') return beat(state, context)
    if (name === 'age') return onAge(state, context)
    // Stable: attempts are counted from zero again.
    const memory = { ...state.memory, history: stable(state.memory.history), unparseable: false }
    return stay({ ...state, memory })
  },
}
