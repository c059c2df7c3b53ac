import type { Scenario } from '../scenario.js'

/**
 * After a 4009, every Resume is closed with 4902 "reset by resume"; a client that never identifies again receives
 * nothing more.
 */
export const resumeLoop4902: Scenario = {
  name: 'resume-loop-4902',
  story:
    'After a 4009, every Resume is closed with 4902 "reset by resume"; a client that never identifies again receives nothing more.',
  source: '§3.7',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: {
        id: 'loop',
        on: 'resume',
        do: { kind: 'close', code: 4902, reason: 'reset by resume' },
        times: 'forever',
      },
    },
    { at: 60_000, kind: 'now', action: { kind: 'close', code: 4009, reason: 'Session timed out' } },
    { at: 600_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'are you back?' },
  ],
}
