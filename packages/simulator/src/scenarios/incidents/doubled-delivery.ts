import type { Scenario } from '../scenario.js'

/** The same message is pushed twice, and again after a Resume. */
export const doubledDelivery: Scenario = {
  name: 'doubled-delivery',
  story: 'The same message is pushed twice, and again after a Resume.',
  source: '§8',
  steps: [
    { at: 10_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'once', copies: 2 },
    { at: 20_000, kind: 'say', scene: 'group', peer: 'room', person: 'bob', text: 'twice', copies: 2 },
    { at: 20_010, kind: 'now', action: { kind: 'drop' } },
    { at: 22_500, kind: 'say', scene: 'c2c', peer: 'ann', text: 'while away', copies: 2 },
  ],
}
