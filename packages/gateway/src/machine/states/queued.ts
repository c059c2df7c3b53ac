import { disconnect } from '../disconnect.js'
import { beat } from '../heartbeat.js'
import type { Queued } from '../state.js'
import type { Handlers } from '../step.js'

/** Waits for an identify permit. */
export const queued: Handlers<Queued> = {
  permitted: (state, _input, { config, intents }) => ({
    state: { ...state, name: 'identifying', intents },
    effects: [
      { type: 'send_identify', intents },
      { type: 'set_timer', name: 'deadline', ms: config.deadlines.ready },
    ],
  }),
  timer: (state, { name }, context) =>
    name === 'heartbeat' ? beat(state, context) : disconnect(state, { kind: 'no_permit' }, context),
}
