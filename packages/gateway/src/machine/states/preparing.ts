import { httpSucceeded } from '@qqkit/reconnect-policy'

import { disconnect, onFault } from '../disconnect.js'
import { accessDenied } from '../faults.js'
import type { Context, RestoredSession } from '../input.js'
import type { Session } from '../session.js'
import type { Preparing, State } from '../state.js'
import { finish, type Handlers, type InputOf, type Step } from '../step.js'

/** Begins an attempt: requests a token and an address. */
export const prepare = (state: State, { config }: Context): Step => ({
  state: { name: 'preparing', epoch: state.epoch, session: state.session, memory: state.memory },
  effects: [
    {
      type: 'prepare',
      freshToken: state.memory.refreshToken,
      identify: state.session === null,
    },
    { type: 'set_timer', name: 'deadline', ms: config.deadlines.prepare },
  ],
})

const onPrepared = (state: Preparing, input: InputOf<'prepared'>, context: Context): Step => {
  const history = httpSucceeded(state.memory.history)
  const session = state.session ?? sessionFrom(input.restored, context.now)
  const memory = { ...state.memory, history, refreshToken: false }
  // A resume costs no budget (§3.1). Without budget no socket is opened only to wait.
  if (session === null && input.budgetDelay > 0) {
    return disconnect({ ...state, memory }, { kind: 'budget', delay: input.budgetDelay }, context)
  }
  return {
    state: { name: 'opening', epoch: state.epoch, session, memory },
    effects: [
      { type: 'open', url: input.url },
      { type: 'set_timer', name: 'deadline', ms: context.config.deadlines.open },
    ],
  }
}

const sessionFrom = (restored: RestoredSession | null, now: number): Session | null =>
  restored && {
    id: restored.id,
    seq: restored.seq,
    jump: null,
    startedAt: now - (restored.sessionAge ?? 0),
    heardAt: now - restored.age,
  }

/** Waits for a token and an address. */
export const preparing: Handlers<Preparing> = {
  prepared: onPrepared,
  unprepared: (state, { fault, error }, context) =>
    fault === 'fatal'
      ? finish(state, accessDenied(error), true)
      : disconnect(state, { kind: 'access', fault, error }, context),
  unpermitted: (state, _input, context) => disconnect(state, { kind: 'no_permit' }, context),
  timer: (state, _input, context) => disconnect(state, { kind: 'access', fault: 'unavailable' }, context),
  fault: onFault,
  stop: (state, { resumable }) => finish(state, null, resumable),
}
