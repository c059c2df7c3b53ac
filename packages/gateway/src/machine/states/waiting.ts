import { onFault } from '../disconnect.js'
import type { Waiting } from '../state.js'
import { finish, type Handlers } from '../step.js'
import { prepare } from './preparing.js'

/** Waits until the policy allows the next attempt. */
export const waiting: Handlers<Waiting> = {
  timer: (state, _input, context) => prepare(state, context),
  fault: onFault,
  stop: (state, { resumable }) => finish(state, null, resumable),
}
