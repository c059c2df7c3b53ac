import { NOTHING, type Effect } from './effect.js'
import type { State } from './state.js'

/** What a transition returns. */
export interface Step {
  readonly state: State
  /** In the order in which they are to be done. */
  readonly effects: readonly Effect[]
}

/** A step without effects. */
export const stay = (state: State): Step => ({ state, effects: NOTHING })

/** A record for the log, as an effect. */
export const record = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  message: string,
  error?: unknown,
): Effect => ({ type: 'record', level, event, message, ...(error !== undefined && { error }) })
