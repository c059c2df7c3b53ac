import { brokenBy } from '../faults.js'
import type { Idle } from '../state.js'
import { finish, type Handlers } from '../step.js'
import { prepare } from './preparing.js'

/** Not started. */
export const idle: Handlers<Idle> = {
  start: (state, _input, context) => prepare(state, context),
  // The start is lost with the fault.
  fault: (state, { error }) => finish(state, brokenBy(error), true),
  stop: (state, { resumable }) => finish(state, null, resumable),
}
