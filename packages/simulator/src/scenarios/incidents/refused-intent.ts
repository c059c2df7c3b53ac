import type { Scenario } from '../scenario.js'

/** The bot asks for an intent that it lacks and is closed with 4014; asking again cannot help. */
export const refusedIntent: Scenario = {
  name: 'refused-intent',
  story: 'The bot asks for an intent that it lacks and is closed with 4014; asking again cannot help.',
  source: '§3.8',
  steps: [
    // Guilds and their members (bits 0 and 1) are all that is granted.
    { at: 0, kind: 'bot', intents: 3 },
  ],
}
