import type { Scenario } from '../scenario.js'

/** The token endpoint says "Too many requests" three times, with HTTP 200. */
export const tokenEndpointLimited: Scenario = {
  name: 'token-endpoint-limited',
  story: 'The token endpoint says "Too many requests" three times, with HTTP 200.',
  source: '§1.2',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: {
        on: 'call',
        match: { route: 'token' },
        do: { kind: 'error', code: 100001, message: 'Too many requests', status: 200 },
        times: 3,
      },
    },
    { at: 600_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'up?' },
  ],
}
