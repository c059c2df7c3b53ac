import type { Context } from './context.js'
import type { Handlers } from './handlers.js'
import type { Input } from './input.js'
import type { State, StateName } from './state.js'
import { closing } from './states/closing.js'
import { connected } from './states/connected.js'
import { greeting } from './states/greeting.js'
import { identifying } from './states/identifying.js'
import { idle } from './states/idle.js'
import { opening } from './states/opening.js'
import { preparing } from './states/preparing.js'
import { queued } from './states/queued.js'
import { ready } from './states/ready.js'
import { resuming } from './states/resuming.js'
import { waiting } from './states/waiting.js'
import { stay, type Step } from './step.js'

/** What every state does about every input: rows are states, columns are inputs. */
const table: { readonly [N in StateName]: Handlers<Extract<State, { readonly name: N }>> } = {
  idle,
  preparing,
  opening,
  greeting: { ...connected, ...greeting },
  queued: { ...connected, ...queued },
  identifying: { ...connected, ...identifying },
  resuming: { ...connected, ...resuming },
  ready: { ...connected, ...ready },
  closing,
  waiting,
  stopped: {},
}

/**
 * The whole protocol of one shard: what is, and what happens, give what is next and what is to be done. Pure: it looks
 * at its arguments only. Read the states in `state.ts` first, then the file of the state in question in `states/`.
 */
export const transition = (state: State, input: Input, context: Context): Step => {
  // The one place where anything from an older socket, timer or lookup ends.
  if (input.epoch !== null && input.epoch !== state.epoch) return stay(state)
  const handler = table[state.name][input.type] as
    | ((state: State, input: Input, context: Context) => Step)
    | undefined
  return handler ? handler(state, input, context) : stay(state)
}
