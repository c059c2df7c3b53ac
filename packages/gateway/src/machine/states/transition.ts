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
