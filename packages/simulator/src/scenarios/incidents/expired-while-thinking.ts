import type { Scenario } from '../scenario.js'

/** The model thinks for longer than the reply window: every reply to the message is refused as expired. */
export const expiredWhileThinking: Scenario = {
  name: 'expired-while-thinking',
  story:
    'The model thinks for longer than the reply window: every reply to the message is refused as expired.',
  source: '§6.6',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: {
        on: 'call',
        match: { route: 'send', passive: true },
        do: { kind: 'error', code: 40034005 },
        times: 2,
      },
    },
    { at: 10_000, kind: 'say', scene: 'group', peer: 'room', person: 'bob', text: 'what is the answer?' },
    { at: 20_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'and yours?' },
  ],
}
