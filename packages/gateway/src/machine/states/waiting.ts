import { finish } from '../finish.js'
import type { Handlers } from '../handlers.js'
import { lose } from '../loss/lose.js'
import type { Waiting } from '../state.js'
import { prepare } from './preparing.js'

/** Waits until the policy allows the next attempt. */
export const waiting: Handlers<Waiting> = {
  timer: (state, _input, context) => prepare(state, context),
  fault: (state, _input, context) => lose(state, { kind: 'fault' }, context),
  stop: (state, { resumable }) => finish(state, null, resumable),
}
