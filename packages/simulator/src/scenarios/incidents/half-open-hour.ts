import type { Scenario } from '../scenario.js'

/** The cable is cut and nobody is told; an hour later someone still waits for an answer. */
export const halfOpenHour: Scenario = {
  name: 'half-open-hour',
  story: 'The cable is cut and nobody is told; an hour later someone still waits for an answer.',
  source: '§3.4, §8',
  steps: [
    { at: 60_000, kind: 'now', action: { kind: 'half-open' } },
    { at: 61_000, every: 60_000, times: 60, kind: 'say', scene: 'c2c', peer: 'ann', text: 'hello?' },
  ],
}
