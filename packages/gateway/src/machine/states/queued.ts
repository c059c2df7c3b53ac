import { beat } from '../heartbeat.js'
import type { Handlers } from '../handlers.js'
import { lose } from '../loss/lose.js'
import type { Queued } from '../state.js'

/** Waits for its turn to identify. */
export const queued: Handlers<Queued> = {
  permitted: (state, _input, { config, intents }) => ({
    state: { ...state, name: 'identifying', intents },
    effects: [
      { type: 'send_identify', intents },
      { type: 'set_timer', name: 'deadline', ms: config.deadlines.ready },
    ],
  }),
  timer: (state, { name }, context) =>
    name === 'heartbeat' ? beat(state, context) : lose(state, { kind: 'no_permit' }, context),
}
