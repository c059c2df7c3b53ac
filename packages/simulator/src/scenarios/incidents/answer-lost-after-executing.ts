import type { Scenario } from '../scenario.js'

/**
 * The platform sends the message, and the connection breaks before the answer arrives; a repeat with a new msg_seq
 * would send it twice.
 */
export const answerLostAfterExecuting: Scenario = {
  name: 'answer-lost-after-executing',
  story:
    'The platform sends the message, and the connection breaks before the answer arrives; a repeat with a new msg_seq would send it twice.',
  source: '§2.4, §6.2',
  steps: [
    {
      at: 0,
      kind: 'fault',
      fault: { on: 'call', match: { route: 'send', peer: 'ann' }, do: { kind: 'reset', when: 'after' } },
    },
    {
      at: 0,
      kind: 'fault',
      fault: { on: 'call', match: { route: 'send', peer: 'room' }, do: { kind: 'reset', when: 'after' } },
    },
    { at: 10_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'one' },
    { at: 20_000, kind: 'say', scene: 'group', peer: 'room', person: 'bob', text: 'two' },
  ],
}
