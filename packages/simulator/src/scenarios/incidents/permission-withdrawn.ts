import type { Scenario } from '../scenario.js'

/** While the bot is connected, it loses an intent: its events stop, and the next Identify fails. */
export const permissionWithdrawn: Scenario = {
  name: 'permission-withdrawn',
  story: 'While the bot is connected, it loses an intent: its events stop, and the next Identify fails.',
  source: '§3.11',
  steps: [
    { at: 60_000, kind: 'bot', intents: 0 },
    { at: 120_000, kind: 'forget-sessions' },
    { at: 120_000, kind: 'now', action: { kind: 'close', code: 4009, reason: 'Session timed out' } },
  ],
}
