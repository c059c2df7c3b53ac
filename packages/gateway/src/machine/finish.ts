import type { GatewayFault } from '../errors/gateway-error.js'
import type { Effect } from './effect.js'
import type { State } from './state.js'
import { record, type Step } from './step.js'

/** The end: everything of the connection goes, and nothing leads out of `stopped`. */
export const finish = (
  state: Pick<State, 'epoch' | 'session' | 'memory'>,
  fault: GatewayFault | null,
  resumable: boolean,
  before: readonly Effect[] = [],
): Step => ({
  state: { name: 'stopped', epoch: state.epoch + 1, session: state.session, memory: state.memory, fault },
  effects: [
    { type: 'abandon' },
    ...before,
    fault === null
      ? record('info', 'gateway.stopped', 'stopped on request')
      : record('error', 'gateway.stopped', `stopped for good: ${fault.message}; ${fault.advice.en}`),
    { type: 'stopped', fault, resumable },
  ],
})
