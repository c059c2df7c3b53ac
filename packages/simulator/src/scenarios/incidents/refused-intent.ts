import type { Scenario } from '../scenario.js'

/** The bot asks for an intent that it lacks and is closed with 4014; asking again cannot help. */
export const refusedIntent: Scenario = {
  name: 'refused-intent',
  story: 'The bot asks for an intent that it lacks and is closed with 4014; asking again cannot help.',
  source: '§3.8',
  steps: [
    // Guild messages of private bots (bit 9) and forums (bit 28) are not granted.
    { at: 0, kind: 'bot', intents: 1_871_451_139 },
  ],
}
