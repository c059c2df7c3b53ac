import type { Scenario } from '../scenario.js'

/** The platform closes a healthy connection with 4009 every half hour, while people keep talking. */
export const thirtyMinuteCut: Scenario = {
  name: 'thirty-minute-cut',
  story: 'The platform closes a healthy connection with 4009 every half hour, while people keep talking.',
  source: '§3.10',
  steps: [
    { at: 30_000, every: 60_000, times: 120, kind: 'say', scene: 'c2c', peer: 'ann', text: 'still there?' },
    {
      at: 1_800_000,
      every: 1_800_000,
      times: 4,
      kind: 'now',
      action: { kind: 'close', code: 4009, reason: 'Session timed out' },
    },
    // Said while the bot is disconnected, so only a Resume delivers it.
    {
      at: 1_800_001,
      every: 1_800_000,
      times: 4,
      kind: 'say',
      scene: 'group',
      peer: 'room',
      person: 'bob',
      text: 'and now?',
    },
  ],
}
