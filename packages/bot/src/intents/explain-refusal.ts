import { intentNames, isGrantedByDefault } from '@qqkit/protocol'

import { BotError } from '../errors/bot-error.js'

/** The close code of an Identify that asked for more than the bot may have (§3.7). */
const DISALLOWED_INTENTS = 4014

/** Adds to a refusal of the intents which ones were asked for, those that need a permission first. */
export const explainRefusal = (error: unknown, mask: number): unknown => {
  if (!(error instanceof Error) || !('closeCode' in error) || error.closeCode !== DISALLOWED_INTENTS)
    return error
  const names = intentNames(mask)
  const asked = [
    ...names.filter((name) => !isGrantedByDefault(name)).map((name) => `${name} (needs a permission)`),
    ...names.filter(isGrantedByDefault),
  ]
  return new BotError('intents_refused', asked.join(', '), error)
}
