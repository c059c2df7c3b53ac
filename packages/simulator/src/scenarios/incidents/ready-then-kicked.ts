import type { Scenario } from '../scenario.js'

/**
 * READY arrives and the connection is closed at once, ten times in a row; a client that takes READY for success hammers
 * the platform.
 */
export const readyThenKicked: Scenario = {
  name: 'ready-then-kicked',
  story:
    'READY arrives and the connection is closed at once, ten times in a row; a client that takes READY for success hammers the platform.',
  source: '§3.7, §3.10',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: {
        id: 'kick',
        on: 'identify',
        do: { kind: 'close', code: 4900, reason: 'internal error', after: 50 },
        times: 10,
      },
    },
    { at: 3_600_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'settled?' },
  ],
}
