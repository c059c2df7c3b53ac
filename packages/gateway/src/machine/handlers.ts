import type { Context } from './context.js'
import type { Input } from './input.js'
import type { State } from './state.js'
import type { Step } from './step.js'

/** The input of a type. */
export type InputOf<K extends Input['type']> = Extract<Input, { readonly type: K }>

/** What a state does about each input; what it has no row for changes nothing. */
export type Handlers<S extends State> = {
  readonly [K in Input['type']]?: (state: S, input: InputOf<K>, context: Context) => Step
}
