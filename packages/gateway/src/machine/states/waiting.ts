import { finish } from '../finish.js'
import type { Handlers } from '../handlers.js'
import { onFault } from '../loss/on-fault.js'
import type { Waiting } from '../state.js'
import { prepare } from './preparing.js'

/** Waits until the policy allows the next attempt. */
export const waiting: Handlers<Waiting> = {
  timer: (state, _input, context) => prepare(state, context),
  fault: onFault,
  stop: (state, { resumable }) => finish(state, null, resumable),
}
