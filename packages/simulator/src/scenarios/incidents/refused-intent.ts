import type { Scenario } from '../scenario.js'

/** The bot asks for an intent that it lacks and gets op 9 after every Identify; asking again cannot help. */
export const refusedIntent: Scenario = {
  name: 'refused-intent',
  story:
    'The bot asks for an intent that it lacks and gets op 9 after every Identify; asking again cannot help.',
  source: '§3.11',
  steps: [
    // Only guilds and their members (bits 0 and 1) are granted.
    { at: 0, kind: 'bot', intents: 3 },
  ],
}
