import type { Scenario } from '../scenario.js'

/** The same message is pushed twice, and again after a Resume. */
export const doubledDelivery: Scenario = {
  name: 'doubled-delivery',
  story: 'The same message is pushed twice, and again after a Resume.',
  source: '§8',
  steps: [
    { at: 1_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'once', copies: 2 },
    { at: 2_000, kind: 'say', scene: 'group', peer: 'room', person: 'bob', text: 'twice', copies: 2 },
    { at: 2_010, kind: 'now', action: { kind: 'drop' } },
    { at: 2_500, kind: 'say', scene: 'c2c', peer: 'ann', text: 'while away', copies: 2 },
  ],
}
