import { failureMeans } from '../errors/code-facts.js'
import type { RestError } from '../errors/rest-error.js'
import type { OutgoingMessage } from '../message/outgoing-message.js'
import type { FallbackRule } from './fallback-rules.js'

/** What the choice looks at besides the error. */
export interface FallbackState {
  readonly message: OutgoingMessage
  /** Names of rules that were entered before. */
  readonly used: ReadonlySet<string>
  /** An earlier process may have sent this reply already, under the same number. */
  readonly replayed: boolean
}

/** A rule that applies, and what it makes of the message. */
export interface FallbackChoice {
  readonly rule: FallbackRule
  readonly message: OutgoingMessage
}

/** The first rule that opens a way out, or `null`. */
export const chooseFallback = (
  rules: readonly FallbackRule[],
  error: RestError,
  { message, used, replayed }: FallbackState,
): FallbackChoice | null => {
  // A code beside a 429 or 503 refuses nothing: the platform did not get as far.
  if (error.delivered !== 'no' || error.situation !== 'refused') return null
  for (const rule of rules) {
    if (used.has(rule.name) || !failureMeans(error, rule.when)) continue
    // Under a new key nobody could tell that the earlier process had already sent it.
    if (rule.losesKey && replayed) continue
    const changed = rule.change(message)
    if (changed) return { rule, message: changed }
  }
  return null
}
