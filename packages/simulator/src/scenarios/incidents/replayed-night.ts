import type { Scenario } from '../scenario.js'

/**
 * Eight hours with everything at once: half-hour cuts, resets, op 7, a half-open connection, a dropped session, doubled
 * events.
 */
export const replayedNight: Scenario = {
  name: 'replayed-night',
  story:
    'Eight hours with everything at once: half-hour cuts, resets, op 7, a half-open connection, a dropped session, doubled events.',
  source: '§3.10, §8',
  steps: [
    { at: 30_000, every: 90_000, times: 320, kind: 'say', scene: 'c2c', peer: 'ann', text: 'awake?' },
    {
      at: 45_000,
      every: 120_000,
      times: 240,
      kind: 'say',
      scene: 'group',
      peer: 'room',
      person: 'bob',
      text: 'me too',
    },
    {
      at: 60_000,
      every: 600_000,
      times: 48,
      kind: 'say',
      scene: 'channel',
      peer: 'general',
      person: 'cat',
      text: 'hm',
      copies: 2,
    },
    {
      at: 1_800_000,
      every: 1_800_000,
      times: 16,
      kind: 'now',
      action: { kind: 'close', code: 4009, reason: 'Session timed out' },
    },
    { at: 2_500_000, every: 5_000_000, times: 5, kind: 'now', action: { kind: 'reset' } },
    {
      at: 4_000_000,
      every: 6_000_000,
      times: 4,
      kind: 'now',
      action: { kind: 'reconnect', thenClose: 4009, after: 15 },
    },
    { at: 9_000_000, kind: 'now', action: { kind: 'half-open' } },
    { at: 14_390_000, kind: 'forget-sessions' },
    { at: 20_000_000, kind: 'now', action: { kind: 'invalid', d: false } },
    { at: 23_000_000, kind: 'revoke-tokens' },
  ],
}
