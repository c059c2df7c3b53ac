import type { Scenario } from '../scenario.js'

/**
 * The platform asks for a reconnect and closes the connection itself right after; the bot should reconnect once, not
 * twice.
 */
export const op7Then4009: Scenario = {
  name: 'op7-then-4009',
  story:
    'The platform asks for a reconnect and closes the connection itself right after; the bot should reconnect once, not twice.',
  source: '§3.6',
  steps: [
    { at: 60_000, kind: 'now', action: { kind: 'reconnect', thenClose: 4009, after: 20 } },
    { at: 60_010, kind: 'say', scene: 'c2c', peer: 'ann', text: 'did you get this?' },
    { at: 120_000, kind: 'say', scene: 'c2c', peer: 'ann', text: 'and this?' },
  ],
}
