import type { Scenario } from '../scenario.js'

/** The gateway lookup answers null, an empty object, the wrong types and HTML before it works. */
export const gatewayNullAtStart: Scenario = {
  name: 'gateway-null-at-start',
  story: 'The gateway lookup answers null, an empty object, the wrong types and HTML before it works.',
  source: '§3.1',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: { on: 'call', match: { route: 'gateway' }, do: { kind: 'answer', status: 200, body: null } },
    },
    {
      at: 0,
      kind: 'fault',
      fault: { on: 'call', match: { route: 'gateway' }, do: { kind: 'answer', status: 200, body: {} } },
    },
    {
      at: 0,
      kind: 'fault',
      fault: {
        on: 'call',
        match: { route: 'gateway' },
        do: { kind: 'answer', status: 200, body: { url: 7, shards: 'many', session_start_limit: [] } },
      },
    },
    {
      at: 0,
      kind: 'fault',
      fault: {
        on: 'call',
        match: { route: 'gateway' },
        do: {
          kind: 'answer',
          status: 502,
          raw: '<html><body>502 Bad Gateway</body></html>',
          type: 'text/html',
        },
      },
    },
    { at: 600_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'up?' },
  ],
}
