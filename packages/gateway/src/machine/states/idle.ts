import { finish } from '../finish.js'
import type { Handlers } from '../handlers.js'
import type { Idle } from '../state.js'
import { prepare } from './preparing.js'

/** Waits to be started. */
export const idle: Handlers<Idle> = {
  start: (state, _input, context) => prepare(state, context),
  stop: (state, { resumable }) => finish(state, null, resumable),
}
