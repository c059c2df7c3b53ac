import type { SessionStartLimit } from '@qqkit/core'
import * as v from 'valibot'

import { GatewayUnavailableError } from './gateway-unavailable-error.js'

/** The answer of `GET /gateway/bot`, checked (§3.1). */
export interface GatewayInfo {
  /** Where to connect: `ws:` or `wss:`, as the platform wrote it. */
  readonly url: string
  /** How many shards the platform suggests. */
  readonly shards: number
  readonly limit: SessionStartLimit
}

const isSocketUrl = (text: string): boolean =>
  URL.canParse(text) && ['ws:', 'wss:'].includes(new URL(text).protocol)

const whole = (from: number): v.GenericSchema<number> => {
  const hint = `a whole number from ${from} up`
  return v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(from, hint))
}

/**
 * Nothing is optional and nothing is coerced: without limits we would not know how many sessions may still be started,
 * and a guess costs a day (§3.1). Unknown fields are fine.
 */
const answer = v.object(
  {
    url: v.pipe(v.string('a ws: or wss: URL'), v.check(isSocketUrl, 'a ws: or wss: URL')),
    shards: whole(1),
    session_start_limit: v.object(
      {
        total: whole(0),
        // An overdrawn budget may be reported as a negative rest; it means none.
        remaining: v.pipe(
          v.number('a whole number'),
          v.safeInteger('a whole number'),
          v.transform((rest) => Math.max(0, rest)),
        ),
        reset_after: whole(0),
        max_concurrency: whole(1),
      },
      'an object of limits',
    ),
  },
  'an object',
)

/**
 * Checks an answer of `GET /gateway/bot` as a whole.
 *
 * @throws GatewayUnavailableError naming the first field that is missing or wrong
 */
export const parseGatewayInfo = (value: unknown): GatewayInfo => {
  const result = v.safeParse(answer, value, { abortEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    const field = v.getDotPath(issue) ?? 'the answer'
    // What arrived instead is not repeated: it may be a page of HTML, or hold anything.
    throw new GatewayUnavailableError(
      issue.received === 'undefined' ? `${field} is missing` : `${field} is not ${issue.message}`,
    )
  }
  const { url, shards, session_start_limit: limit } = result.output
  return {
    url,
    shards,
    limit: {
      total: limit.total,
      remaining: limit.remaining,
      resetAfter: limit.reset_after,
      maxConcurrency: limit.max_concurrency,
    },
  }
}
