import { describe, expect, it } from 'vitest'

import { retryTable, situations, type Situation } from '../src/index.js'
import type { Repeatability } from '../src/types/call.js'
import type { Repeat } from '../src/types/situation.js'
import { ANCHOR, restHarness, C2C, CHANNEL, DM, failure } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

/** The truth table once more, by hand: [idempotent, keyed, plain]. */
const EXPECTED: Readonly<Record<Situation, readonly [Repeat, Repeat, Repeat]>> = {
  not_connected: ['backoff', 'backoff', 'backoff'],
  no_answer: ['backoff', 'backoff', 'never'],
  server_error: ['backoff', 'backoff', 'never'],
  no_token: ['backoff', 'backoff', 'backoff'],
  limited: ['backoff', 'backoff', 'backoff'],
  quota: ['never', 'never', 'never'],
  unauthorized: ['once', 'once', 'once'],
  fault: ['backoff', 'backoff', 'backoff'],
  fault_once: ['once', 'once', 'once'],
  refused: ['never', 'never', 'never'],
}

/** How each situation comes about. */
const CAUSES: Readonly<Record<Situation, readonly Reply[]>> = {
  not_connected: ['refused', 'connecting'],
  no_answer: ['reset', 'hang', 'half', { status: 200, raw: '<html>' }, { status: 200, raw: '{"id":' }],
  server_error: [
    failure(0, 'failed', 500),
    failure(0, 'slow', 504),
    { status: 502, raw: '<html>bad gateway</html>' },
    { status: 503, raw: '<html>unavailable</html>' },
    { status: 503, headers: { 'retry-after': 'soon' } },
    { status: 503, headers: { 'retry-after': '1' } },
    failure(987654, 'a code nobody knows', 500),
    failure(50001, 'the platform says no more than that it failed', 500),
    failure(50055001, 'a passing fault does not make a 500 sure', 500),
  ],
  // Of the request for a token.
  no_token: ['refused', 'reset', failure(0, 'failed', 500), failure(999, 'odd', 200)],
  limited: [
    { status: 429 },
    { status: 429, raw: '<html>' },
    failure(50002, 'frequency'),
    failure(50002, 'frequency', 500),
  ],
  quota: [failure(304049, 'daily'), failure(304049, 'daily', 429)],
  unauthorized: [{ status: 401 }, failure(11244), failure(11243, '', 401), failure(11244, '', 200)],
  fault: [failure(40034004), failure(50055001, 'retry', 200)],
  fault_once: [failure(11242), failure(11281), failure(11281, '', 500)],
  refused: [
    failure(40034006),
    failure(987654, 'a code nobody knows'),
    failure(0, 'x', 404),
    failure(11298, '', 401),
    failure(40034024),
    failure(40034024, 'final, whatever the status', 500),
    failure(40034024, 'final, whatever the status', 429),
    { status: 503, headers: { 'retry-after': '1' }, body: { code: 40034024, message: 'no' } },
  ],
}

/** What never left is repeated until the deadline (RS-45). */
const NOTHING_LEFT: ReadonlySet<Situation> = new Set(['not_connected', 'no_token'])

const KINDS = ['idempotent', 'keyed', 'plain'] as const satisfies readonly Repeatability[]

/** An answer that is good for a token as well as for a message. */
const GOOD: Reply = { status: 200, body: { id: 'M1', access_token: 'AT_0001', expires_in: '7200' } }

const call = (kind: Repeatability, replies: readonly Reply[], situation?: Situation) => {
  const made = restHarness(replies)
  const { rest, dispatcher } = made
  if (situation === 'no_token') {
    const before = { count: 0 }
    dispatcher.script = ({ path }) =>
      path.endsWith('Token') ? (replies[Math.min(before.count++, replies.length - 1)] ?? GOOD) : GOOD
  }
  const run = {
    idempotent: () => rest.request('GET /users/@me'),
    keyed: () => rest.send(C2C, 'hi', { anchor: ANCHOR }),
    plain: () => rest.send(C2C, 'hi'),
  }[kind]
  return {
    ...made,
    outcome: made.settle(
      run().then(
        () => null,
        (error: unknown) => error,
      ),
    ),
  }
}

it('is the table that the documentation shows', () => {
  for (const situation of Object.keys(situations) as Situation[])
    expect([situation, KINDS.map((kind) => retryTable[situation][kind])]).toEqual([
      situation,
      EXPECTED[situation],
    ])
})

describe.each(Object.keys(EXPECTED) as Situation[])('%s', (situation) => {
  describe.each(CAUSES[situation])('by %j', (cause) => {
    it.each(KINDS.map((kind, index) => [kind, EXPECTED[situation][index]] as const))(
      'RS-07 RS-08 RS-09 RS-12: a call that is %s is repeated: %s',
      async (kind, repeat) => {
        const { dispatcher, calls, outcome } = call(kind, [cause], situation)
        const error = await outcome
        const { delivered } = situations[situation]
        expect(error).toMatchObject({ situation, delivered, retry: repeat })
        const made = situation === 'no_token' ? dispatcher.seen : calls
        const attempts = { never: 1, once: 2, backoff: 5 }[repeat ?? 'never']
        const most = NOTHING_LEFT.has(situation) ? Infinity : attempts
        expect(made.length).toBeGreaterThanOrEqual(most === Infinity ? attempts + 1 : attempts)
        expect(made.length).toBeLessThanOrEqual(most)
      },
    )

    it.each(KINDS.map((kind, index) => [kind, EXPECTED[situation][index]] as const))(
      'a call that is %s gets through after one such failure unless it is repeated never (%s)',
      async (kind, repeat) => {
        const { outcome } = call(kind, [cause, GOOD], situation)
        expect((await outcome) === null).toBe(repeat !== 'never')
      },
    )
  })
})

it('RS-07 a plain POST whose outcome is unknown is surfaced as such, with advice', async () => {
  for (const cause of ['reset', failure(0, '', 500)] as const) {
    const { calls, outcome } = call('plain', [cause])
    expect(await outcome).toMatchObject({ delivered: 'unknown', advice: { en: expect.any(String) } })
    expect(calls).toHaveLength(1)
  }
})

it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
  'RS-07 once a request has begun to leave, not even %s says that it was not delivered',
  async (code) => {
    const error = Object.assign(new Error(`read ${code}`), { code, syscall: 'read' })
    const { calls, outcome } = call('plain', [{ error, left: true }])
    expect(await outcome).toMatchObject({ situation: 'no_answer', delivered: 'unknown' })
    expect(calls).toHaveLength(1)
  },
)

it.each([CHANNEL, DM])('RS-07 a reply to %j has no number: it is a plain POST too', async (target) => {
  for (const cause of ['reset', 'hang', failure(0, '', 502)] as const) {
    const { rest, calls, settle } = restHarness([cause, GOOD])
    const outcome = settle(rest.send(target, 'hi', { anchor: ANCHOR }).catch((error: unknown) => error))
    expect(await outcome).toMatchObject({ delivered: 'unknown' })
    expect(calls).toHaveLength(1)
  }
})

it('RS-07 a 503 with Retry-After is repeated if a repeat is harmless', async () => {
  const busy: Reply = { status: 503, headers: { 'retry-after': '7' } }
  for (const kind of ['idempotent', 'keyed'] as const) {
    const { clock, outcome } = call(kind, [busy, GOOD])
    expect(await outcome).toBeNull()
    expect(clock.now()).toBe(7000)
  }
  const { clock, outcome } = call('plain', [busy])
  expect(await outcome).toMatchObject({ code: 'server_error', delivered: 'unknown', retryAfter: 7000 })
  expect(clock.now()).toBe(0)
})

it('single cells can be changed, and all others stay', async () => {
  const { rest, calls, settle } = restHarness([failure(0, '', 500)], {
    retryTable: { server_error: { plain: 'once' } },
  })
  await settle(rest.send(C2C, 'hi').catch(() => null))
  expect(calls).toHaveLength(2)
  await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }).catch(() => null))
  expect(calls).toHaveLength(7)
})
