import type { Clock, LogSink } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import type { RestError } from '../errors/rest-error.js'
import type { OutgoingMessage } from '../message/outgoing-message.js'
import type { NameOf } from '../message/plain-text.js'
import type { Target } from '../send/scenes.js'
import { opens, type FallbackRule } from './fallback-rules.js'

/** What the choice works with. */
export interface FallbackParts {
  readonly rules: readonly FallbackRule[]
  readonly clock: Clock
  readonly log: LogSink
}

/** What the choice looks at besides the error. */
export interface FallbackState {
  readonly target: Target
  readonly message: OutgoingMessage
  readonly nameOf: NameOf | undefined
  /** Names of rules that were entered before. */
  readonly used: ReadonlySet<string>
  /** An earlier process may have sent this reply already, under the same number. */
  readonly replayed: boolean
  readonly signal: AbortSignal | undefined
  readonly deadlineAt: number
}

/** A rule that applies, and what it makes of the message. */
export interface FallbackChoice {
  readonly rule: FallbackRule
  readonly message: OutgoingMessage
}

/** Whether a refusal opens a rule. */
const isOpen = (rule: FallbackRule, error: RestError, { used, replayed }: FallbackState): boolean => {
  if (used.has(rule.name) || !opens(rule.when, error)) return false
  // Under a new key nobody could tell that the earlier process had already sent it.
  return !(rule.losesKey && replayed)
}

/**
 * The first rule that opens a way out, or `null`. A rule that fails is told and opens none.
 *
 * @throws `signal.reason` on abort
 */
export const chooseFallback = async (
  { rules, clock, log }: FallbackParts,
  error: RestError,
  state: FallbackState,
): Promise<FallbackChoice | null> => {
  // Only a refusal opens one: by a code that is known, or by a status that is none of the passing ones (ADR 0016).
  if (error.delivered !== 'no' || error.situation !== 'refused') return null
  const { target, message, nameOf, signal, deadlineAt } = state
  for (const rule of rules) {
    if (!isOpen(rule, error, state)) continue
    try {
      const ms = Math.max(0, deadlineAt - clock.now())
      const onTimeout = (): Error => new Error('the time for the whole call is over')
      const changed = await withDeadline({ clock, ms, onTimeout, signal }, async (ending) =>
        rule.change(message, { target, error, nameOf, signal: ending }),
      )
      if (changed) return { rule, message: changed }
    } catch (fault) {
      signal?.throwIfAborted()
      log({ level: 'warn', event: 'rest.fallback_failed', name: rule.name, error: fault })
    }
  }
  return null
}
