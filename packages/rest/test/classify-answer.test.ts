import process from 'node:process'

import { describe, expect, it } from 'vitest'

import type { RestError, SendResult } from '../src/index.js'
import type { Repeatability } from '../src/types/call.js'
import { ANCHOR, restHarness, C2C, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

/**
 * What a number says, written from §2.7–§2.9 of the reference and from RS-03, RS-07, RS-22 – RS-24, RS-35, not from the
 * tables of the product.
 */
type Says =
  /** T, S, C, X, D, and what names the mistake in the request: no repeat changes it. */
  | 'final'
  /** The same, and the reply can go out as a message of its own. */
  | 'anchor'
  /** The same, and the text can go out without markdown. */
  | 'markdown'
  /** This number was used for another message. */
  | 'duplicate'
  /** A person decides. */
  | 'audit'
  /** Slower. */
  | 'limit'
  | 'frequency'
  /** Not before the period is over. */
  | 'quota'
  /** A limit, but of a reply the end of its anchor (§6.1). */
  | 'limit or anchor'
  /** May pass. */
  | 'passing'
  /** May be repeated once. */
  | 'once'
  /** A fresh token. */
  | 'token'
  /** Something failed inside the platform; of the request it says nothing, so the status tells. */
  | 'silent'
  /** No table has it: another number may be known, else the status tells. */
  | 'unknown'

const NUMBERS: Readonly<Record<number, Says>> = {
  0: 'unknown',
  987_654: 'unknown',
  40_113_003: 'unknown',
  50_001: 'silent',
  50_055_001: 'passing',
  11_281: 'once',
  40_034_100: 'frequency',
  304_049: 'quota',
  22_009: 'limit or anchor',
  11_244: 'token',
  11_255: 'final',
  40_034_006: 'final',
  50_006: 'final',
  50_059: 'final',
  306_004: 'final',
  40_034_005: 'anchor',
  304_041: 'markdown',
  40_054_005: 'duplicate',
  304_023: 'audit',
}
const STATUSES = [200, 202, 400, 401, 404, 429, 500, 503]
/** Statuses which say what another says. */
const TWINS: ReadonlySet<number> = new Set([202, 404, 503])
const ALL_NUMBERS = Object.keys(NUMBERS).map(Number)
/** One number of each meaning. */
const MEANINGS = [...new Map(ALL_NUMBERS.map((number) => [NUMBERS[number], number])).values()]

/** The codes that each `err_code` is beside: in soak all of them, else no two that mean the same. */
const codesUnder = (status: number, errCode: number): readonly number[] => {
  if (process.env['QQKIT_SOAK']) return ALL_NUMBERS
  return TWINS.has(status) ? [0, errCode] : [0, ...MEANINGS]
}
const KINDS = ['idempotent', 'keyed', 'plain'] as const satisfies readonly Repeatability[]

/** Most attempts of one call. */
const ALL = 5

interface Expected {
  /** Attempts with the request as it was made. */
  readonly calls: number
  readonly delivered: 'no' | 'unknown' | 'taken'
  readonly retry?: 'never' | 'once' | 'backoff'
  readonly fallback?: 'proactive' | 'plain_text'
}

const TAKEN: Expected = { calls: 1, delivered: 'taken' }
const REFUSED: Expected = { calls: 1, delivered: 'no', retry: 'never' }
const SLOWER: Expected = { calls: ALL, delivered: 'no', retry: 'backoff' }
const ONCE: Expected = { calls: 2, delivered: 'no', retry: 'once' }

const unsure = (kind: Repeatability): Expected =>
  kind === 'plain'
    ? { calls: 1, delivered: 'unknown', retry: 'never' }
    : { calls: ALL, delivered: 'unknown', retry: 'backoff' }

const byStatus = (status: number, kind: Repeatability): Expected => {
  if (status === 401) return ONCE
  if (status === 429) return SLOWER
  return status >= 500 ? unsure(kind) : REFUSED
}

const byNumber = (says: Says, status: number, kind: Repeatability): Expected => {
  switch (says) {
    case 'final':
      return REFUSED
    case 'anchor':
      return kind === 'keyed' ? { ...TAKEN, fallback: 'proactive' } : REFUSED
    case 'limit or anchor':
      return kind === 'keyed' ? { ...TAKEN, fallback: 'proactive' } : SLOWER
    case 'markdown':
      return kind === 'idempotent' ? REFUSED : { ...TAKEN, fallback: 'plain_text' }
    case 'audit':
      return TAKEN
    case 'limit':
      return SLOWER
    case 'frequency':
      // A proactive message waits for its quota instead: a minute each time (RS-50).
      return kind === 'plain' ? { ...SLOWER, calls: 2 } : SLOWER
    case 'quota':
    case 'duplicate':
      return REFUSED
    case 'passing':
      return status >= 500 ? unsure(kind) : SLOWER
    case 'once':
    case 'token':
      return ONCE
    case 'silent':
    case 'unknown':
    default:
      return byStatus(status, kind)
  }
}

/** The number that decides: `err_code` where a table has it, else `code` (§2.9). */
const deciding = (errCode: number, code: number): number =>
  [errCode, code].find((number) => NUMBERS[number] !== 'unknown') ?? (errCode || code)

const expectedOf = (status: number, errCode: number, code: number, kind: Repeatability): Expected => {
  if (status < 300 && errCode === 0 && code === 0) return TAKEN
  return byNumber(NUMBERS[deciding(errCode, code)] ?? 'unknown', status, kind)
}

const MESSAGE = { markdown: { content: '# hi' } }

/** Makes one call, all of whose attempts are answered so. What a fallback makes of it is taken. */
const play = async (kind: Repeatability, reply: Reply) => {
  const { rest, calls, settle } = restHarness(({ method, body }) => {
    const { msg_id: msgId, markdown } = (body ?? {}) as Record<string, unknown>
    const changed = method === 'POST' && (markdown === undefined || (kind === 'keyed' && msgId === undefined))
    return changed ? sent() : reply
  })
  const run: () => Promise<unknown> = {
    idempotent: () => rest.request('GET /users/@me'),
    keyed: () => rest.send(C2C, MESSAGE, { anchor: ANCHOR }),
    plain: () => rest.send(C2C, MESSAGE),
  }[kind]
  const outcome = await settle(
    run().then(
      (value) => ({ value }),
      (error: RestError) => ({ error }),
    ),
  )
  return { calls, outcome }
}

describe.each(KINDS)('RS-03 RS-07 RS-22 RS-23 RS-24 RS-35 a call that is %s', (kind) => {
  describe.each(STATUSES)('answered with HTTP %d', (status) => {
    it.each(ALL_NUMBERS)('and err_code %d beside any code', async (errCode) => {
      for (const code of codesUnder(status, errCode)) {
        // A number that is used up under a key leads to the next one, which is told elsewhere (RS-05).
        if (kind === 'keyed' && NUMBERS[deciding(errCode, code)] === 'duplicate') continue
        const body = {
          ...(errCode !== 0 && { err_code: errCode }),
          ...(code !== 0 && { code }),
          message: 'x',
          timestamp: 1,
        }
        const { calls, outcome } = await play(kind, { status, body })
        const expected = expectedOf(status, errCode, code, kind)
        const steps = 'error' in outcome ? outcome.error.steps : ((outcome.value as SendResult)?.steps ?? [])
        const told = {
          code,
          calls: calls.length - (expected.fallback ? 1 : 0),
          delivered: 'error' in outcome ? outcome.error.delivered : 'taken',
          ...('error' in outcome && { retry: outcome.error.retry }),
          fallbacks: steps.flatMap((step) => (step.kind === 'fallback' ? [step.name] : [])),
          numbers: 'error' in outcome ? outcome.error.numbers : null,
          errCode: 'error' in outcome ? outcome.error.errCode : null,
        }
        const wrong = expected.delivered !== 'taken'
        expect(told).toEqual({
          code,
          calls: expected.calls,
          delivered: expected.delivered,
          ...(expected.retry && { retry: expected.retry }),
          fallbacks: expected.fallback ? [expected.fallback] : [],
          numbers: wrong ? { code: code || null, errCode: errCode || null } : null,
          errCode: wrong ? deciding(errCode, code) || null : null,
        })
      }
    })
  })
})
