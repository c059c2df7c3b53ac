import type { Scenario } from '../scenario.js'

/** A single heartbeat is not acknowledged while events still arrive; that is no reason to disconnect. */
export const oneLostAck: Scenario = {
  name: 'one-lost-ack',
  story: 'A single heartbeat is not acknowledged while events still arrive; that is no reason to disconnect.',
  source: '§3.4',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: { id: 'ack', on: 'heartbeat', do: { kind: 'ignore' }, skip: 2, times: 1 },
    },
    {
      at: 10_000,
      every: 10_000,
      times: 60,
      kind: 'say',
      scene: 'group',
      peer: 'room',
      person: 'bob',
      text: 'tick',
    },
  ],
}
