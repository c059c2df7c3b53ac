import type { Scenario } from '../scenario.js'

/** The connection is half-open and no side notices; an hour later a person still waits for an answer. */
export const halfOpenHour: Scenario = {
  name: 'half-open-hour',
  story: 'The connection is half-open and no side notices; an hour later a person still waits for an answer.',
  source: '§3.4, §8',
  steps: [
    { at: 60_000, kind: 'now', action: { kind: 'half-open' } },
    { at: 61_000, every: 60_000, times: 60, kind: 'say', scene: 'c2c', peer: 'ann', text: 'hello?' },
  ],
}
