import type { Context, Input } from '../input.js'
import type { State, StateName } from '../state.js'
import { type Handlers, stay, type Step } from '../step.js'
import { closing } from './closing.js'
import { connected } from './connected.js'
import { greeting } from './greeting.js'
import { identifying } from './identifying.js'
import { idle } from './idle.js'
import { opening } from './opening.js'
import { preparing } from './preparing.js'
import { queued } from './queued.js'
import { ready } from './ready.js'
import { resuming } from './resuming.js'
import { waiting } from './waiting.js'

/** The handler of every state for every input: rows are states, columns are inputs. */
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
 * The whole protocol of one shard: state and input give the next state and the effects. Pure: it reads its arguments only.
 * Read `../state.ts` first, then the file of the state in question. A state that ends the connection calls `disconnect` in
 * `../disconnect.ts`.
 */
export const transition = (state: State, input: Input, context: Context): Step => {
  // The one place where inputs of an older socket, timer or lookup are dropped.
  if (input.epoch !== null && input.epoch !== state.epoch) return stay(state)
  const handler = table[state.name][input.type] as
    | ((state: State, input: Input, context: Context) => Step)
    | undefined
  return handler ? handler(state, input, context) : stay(state)
}
