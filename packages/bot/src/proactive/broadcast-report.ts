import { type Advice, QqkitError } from '@qqkit/core'
import { addTexts, messageOf } from '@qqkit/core/internal'

import type { Target } from '../events/message.js'
import { proactiveTexts } from './proactive-texts.js'

/**
 * How a broadcast ended for one target:
 *
 * - `'sent'`: the message is there. `'audit'`: the platform reviews it first.
 * - `'left'`: the bot is not there any more. `'refused'`: the target takes no proactive messages, or none of this bot.
 * - `'unknown'`: the message may be there. It is not sent again.
 * - `'later'`: a quota has no room before `again`. `'failed'`: the message was not taken, see `error`. `'open'`: not tried. A call
 *   with the same `resume` tries these three again.
 */
export type BroadcastOutcome = 'sent' | 'audit' | 'left' | 'refused' | 'unknown' | 'later' | 'failed' | 'open'

/** How a broadcast ended for one target, with the reason. */
export interface TargetReport {
  readonly target: Target
  readonly outcome: BroadcastOutcome
  /** Whether an earlier run has settled it. */
  readonly earlier: boolean
  /** Whether that was with another message than the present one. */
  readonly changed: boolean
  /** Why it has no message; `null` where no call failed. */
  readonly error: unknown
  /** `'later'`: the wall time in ms from which on there is room; otherwise `null`. */
  readonly again: number | null
}

/** The result of a broadcast. */
export interface BroadcastReport {
  readonly total: number
  readonly counts: Readonly<Record<BroadcastOutcome, number>>
  /** Targets that an earlier run has sent another message. */
  readonly changed: number
  /** Every target, in the order given. */
  readonly targets: readonly TargetReport[]
}

const NONE: Readonly<Record<BroadcastOutcome, number>> = {
  sent: 0,
  audit: 0,
  left: 0,
  refused: 0,
  unknown: 0,
  later: 0,
  failed: 0,
  open: 0,
}

/** Counts the targets of each outcome. */
export const countOutcomes = (
  targets: readonly TargetReport[],
): Pick<BroadcastReport, 'counts' | 'changed'> => {
  const counts = { ...NONE }
  for (const { outcome } of targets) counts[outcome] += 1
  return { counts, changed: targets.filter(({ changed }) => changed).length }
}

const ADVICE: Advice = {
  en: 'See `cause` for the reason and `report` for every target. Remove the reason, and call broadcast() again with the same `resume`: it continues with the targets that have no message yet.',
  zh: '原因见 cause，各目标的结果见 report。排除原因后，以相同的 resume 再次调用 broadcast()，即可继续发送给尚未收到消息的目标。',
}

/** A broadcast has stopped before its last target, for a reason that concerns them all: `report` says how far it came. */
export class BroadcastError extends QqkitError {
  declare readonly code: 'broadcast_stopped'
  declare readonly advice: Advice
  readonly report: BroadcastReport

  constructor(report: BroadcastReport, cause: unknown) {
    const { open } = report.counts
    super({
      code: 'broadcast_stopped',
      message: `the broadcast has stopped; ${open} of ${report.total} targets are open: ${messageOf(cause)}`,
      advice: ADVICE,
      cause,
    })
    this.report = report
    addTexts(proactiveTexts)
  }

  /** Whether `value` is such an error, whichever copy of the package made it. */
  static override is(value: unknown): value is BroadcastError {
    return QqkitError.is(value) && value.code === 'broadcast_stopped'
  }
}
