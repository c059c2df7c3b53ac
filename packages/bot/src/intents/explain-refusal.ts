import { QqkitError } from '@qqkit/core'
import { intentNames, isGrantedByDefault, suspectIntents } from '@qqkit/protocol'

import { BotError } from '../errors/bot-error.js'

/** The close code of an Identify that asked for more than the bot may have (§3.7). */
const DISALLOWED_INTENTS = 4014

/** Whether a bot was stopped for its intents: by 4014, or since Identify was refused until no attempt was left (§3.11). */
const isRefusal = (error: Error): boolean =>
  ('closeCode' in error && error.closeCode === DISALLOWED_INTENTS) ||
  (QqkitError.is(error.cause) && error.cause.code === 'gateway_identify_refused')

const describe = (name: ReturnType<typeof suspectIntents>[number]): string =>
  isGrantedByDefault(name) ? name : `${name} (needs a permission)`

/** Adds to a refusal of the intents which ones were asked for, the most suspicious first. */
export const explainRefusal = (error: unknown, mask: number): unknown => {
  if (!(error instanceof Error) || !isRefusal(error)) return error
  const suspects = suspectIntents(mask)
  const others = intentNames(mask).filter((name) => !suspects.includes(name))
  return new BotError('intents_refused', [...suspects.map(describe), ...others].join(', '), error)
}
