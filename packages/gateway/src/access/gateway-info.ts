import type { SessionStartLimit } from '@qqkit/core'
import * as v from 'valibot'

import { GatewayUnavailableError } from './gateway-unavailable-error.js'

/** What an answer of `GET /gateway/bot` comes to (§3.1). */
export interface GatewayInfo {
  /** Where to connect: `ws:` or `wss:`, as the platform wrote it. */
  readonly url: string
  /** How many shards the platform suggests. */
  readonly shards: number
  readonly limit: SessionStartLimit
}

/** A checked answer: whole, or with a good address and something else that is missing or wrong. */
export interface GatewayAnswer {
  /** What is of no use is replaced by what is careful. */
  readonly info: GatewayInfo
  /** The first thing that is of no use; `null` when the answer is whole. */
  readonly doubt: GatewayUnavailableError | null
  /** Whether the platform said how many sessions are left, and until when. */
  readonly counted: boolean
}

/** More shards than any bot has; a connection each, and memory for each before the first one is up. */
const MOST_SHARDS = 1000

/** How many sessions a day has where the platform does not say (the example of §3.1), and how long it is in ms. */
const USUAL_TOTAL = 1000
const DAY = 24 * 3_600_000

const isSocketUrl = (text: string): boolean =>
  // A fragment means nothing to a server, and `ws` refuses it.
  URL.canParse(text) && ['ws:', 'wss:'].includes(new URL(text).protocol) && new URL(text).hash === ''

const whole = (from: number, to = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> => {
  const hint =
    to < Number.MAX_SAFE_INTEGER ? `a whole number from ${from} to ${to}` : `a whole number from ${from} up`
  return v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(from, hint), v.maxValue(to, hint))
}

const url = v.pipe(v.string('a ws: or wss: URL'), v.check(isSocketUrl, 'a ws: or wss: URL'))
const shards = whole(1, MOST_SHARDS)
const limits = {
  total: whole(0),
  // An overdrawn budget may be reported as a negative rest; it means none.
  remaining: v.pipe(
    v.number('a whole number'),
    v.safeInteger('a whole number'),
    v.transform((rest) => Math.max(0, rest)),
  ),
  reset_after: whole(0),
  max_concurrency: whole(1),
}

const limit = v.object(limits, 'an object of limits')

/** Nothing is optional and nothing is coerced. Unknown fields are fine. */
const wholeAnswer = v.object({ url, shards, session_start_limit: limit }, 'an object')

/** How many sessions are left, without the rest. */
const count = v.object({ remaining: limits.remaining, reset_after: limits.reset_after })

/** What is gone by where the platform says nothing of use (GW-32): one shard, one identify per 5 s, a usual day. */
const CAREFUL = { total: USUAL_TOTAL, remaining: USUAL_TOTAL, reset_after: DAY, max_concurrency: 1 }

/** Only the address has to be good; of limits that are not whole only the count is believed. */
const doubtfulAnswer = v.object({
  url,
  shards: v.fallback(shards, 1),
  session_start_limit: v.fallback(
    v.union([
      limit,
      v.pipe(
        count,
        v.transform((told) => ({ ...CAREFUL, ...told })),
      ),
    ]),
    CAREFUL,
  ),
})

const counting = v.object({ session_start_limit: count })

const infoOf = ({
  url,
  shards,
  session_start_limit: told,
}: v.InferOutput<typeof wholeAnswer>): GatewayInfo => ({
  url,
  shards,
  limit: {
    total: told.total,
    remaining: told.remaining,
    resetAfter: told.reset_after,
    maxConcurrency: told.max_concurrency,
  },
})

/** The first thing that is wrong. What arrived instead is not repeated: it may be a page of HTML, or hold anything. */
const problemIn = (issue: v.BaseIssue<unknown>): GatewayUnavailableError => {
  const field = v.getDotPath(issue) ?? 'the answer'
  return new GatewayUnavailableError(
    issue.received === 'undefined' ? `${field} is missing` : `${field} is not ${issue.message}`,
  )
}

/**
 * Checks an answer of `GET /gateway/bot`.
 *
 * @throws GatewayUnavailableError naming what is wrong, when there is no address to connect to
 */
export const parseGatewayInfo = (value: unknown): GatewayAnswer => {
  const result = v.safeParse(wholeAnswer, value, { abortEarly: true })
  if (result.success) return { info: infoOf(result.output), doubt: null, counted: true }
  const problem = problemIn(result.issues[0])
  const rest = v.safeParse(doubtfulAnswer, value)
  if (!rest.success) throw problem
  return { info: infoOf(rest.output), doubt: problem, counted: v.is(counting, value) }
}
