import type { LogRecord } from '@qqkit/core'
import { errorCodeAt, errorCodes } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import {
  fallbackRules,
  type RestError,
  type RestStep,
  type SendResult,
  type Situation,
} from '../src/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const MESSAGE = { markdown: { content: '**hi**' } }
const REFUSALS = {
  proactive: failure(40034005, '回复消息msg_id已过期'),
  plain_text: failure(50056),
  media_bytes: failure(304021),
} as const

/** An attempt that ends so, and whether a refusal of the next one may open a fallback: not when this one may have landed. */
const BEFORE: Readonly<
  Record<Exclude<Situation, 'quota' | 'refused' | 'no_token'>, readonly [boolean, readonly Reply[]]>
> = {
  not_connected: [true, ['refused', 'connecting']],
  limited: [true, [{ status: 429 }, failure(40034100)]],
  unauthorized: [true, [{ status: 401 }, failure(11244)]],
  no_answer: [false, ['reset', 'hang', 'half', { status: 200, raw: '<html>' }]],
  server_error: [
    false,
    [
      ...[500, 502, 503, 504].map((status): Reply => ({ status, raw: '<html>' })),
      { status: 503, headers: { 'retry-after': '1' } },
    ],
  ],
  fault: [false, [failure(50055001)]],
  fault_once: [false, [failure(11242)]],
}

/** The steps as the log tells them. */
const logged = (records: readonly LogRecord[]): unknown[] =>
  records.flatMap(
    ({ event, level: _level, method: _method, route: _route, attempts: _attempts, ...step }) => {
      if (event === 'rest.retry') return [step]
      if (event === 'rest.fallback') {
        const { name, errCode, reason } = step
        return [{ kind: 'fallback', name, errCode, reason }]
      }
      return event === 'rest.next_seq' ? [{ kind: 'next_seq', ...step }] : []
    },
  )

/** What became of one send. */
const ending = async (replies: readonly Reply[], options: object = {}, target = C2C) => {
  const { rest, calls, records, settle } = restHarness(replies)
  const outcome = await settle(
    rest.send(target, MESSAGE, { anchor: ANCHOR, ...options }).catch((reason: unknown) => reason),
  )
  const { steps } = outcome as SendResult | RestError
  // Each step is visible in the result or the error, and in the log.
  expect(logged(records)).toEqual(steps)
  return { outcome, calls, entered: namesOf(steps) }
}

const namesOf = (steps: readonly RestStep[]): string[] =>
  steps.flatMap((step) => (step.kind === 'fallback' ? [step.name] : []))

it('has a refusal for each rule', () => {
  expect(Object.keys(REFUSALS)).toEqual(fallbackRules.map(({ name }) => name))
})

describe('each code of the platform opens the rule that its row names, and no other', () => {
  const rows = Object.values(errorCodes).filter(({ class: name }) => name !== 'audit' && name !== 'duplicate')
  it.each(rows.map((row) => [row.code, row] as const))('%d', async (code, row) => {
    const { entered } = await ending([failure(code), sent()])
    // Of a number that has a meaning of its own at another endpoint nothing is known here (RS-25).
    const { anchorDead, markdownRefused } = row.onReply ?? errorCodeAt(code, 'c2cGroupSend') ?? {}
    expect(entered).toEqual([anchorDead && 'proactive', markdownRefused && 'plain_text'].filter(Boolean))
  })
})

describe.each(['proactive', 'plain_text'] as const)('RS-03 %s', (name) => {
  const refusal = REFUSALS[name]

  it('after nothing else: entered', async () => {
    for (const target of [C2C, CHANNEL])
      expect(await ending([refusal, sent()], {}, target)).toMatchObject({
        entered: [name],
        outcome: { kind: 'sent' },
      })
  })

  describe.each(Object.keys(BEFORE) as (keyof typeof BEFORE)[])('after %s', (situation) => {
    const [opens, replies] = BEFORE[situation]
    it.each(replies)(`%j: ${opens ? 'entered' : 'not entered, and the error says so'}`, async (reply) => {
      const { entered, outcome, calls } = await ending([reply, refusal, sent()])
      expect((outcome as SendResult).steps[0]).toMatchObject({ kind: 'retry', situation })
      expect(entered).toEqual(opens ? [name] : [])
      expect(outcome).toMatchObject(opens ? { kind: 'sent' } : { delivered: 'unknown' })
      expect(calls).toHaveLength(opens ? 3 : 2)
    })
  })

  it('twice: never', async () => {
    const { entered, outcome, calls } = await ending([refusal])
    expect(entered).toEqual([name])
    expect(outcome).toMatchObject({ situation: 'refused', delivered: 'no', cause: { situation: 'refused' } })
    expect(calls).toHaveLength(2)
  })

  it('on a replayed delivery: only under the same number', async () => {
    const { entered } = await ending([refusal, sent()], { replayed: true })
    expect(entered).toEqual(name === 'proactive' ? [] : [name])
  })

  it.each([200, 401, 404, 429, 503, 500])(
    'RS-22 beside HTTP %d: entered, the code decides',
    async (status) => {
      const reply = { ...(refusal as object), status, headers: { 'retry-after': '1' } } as Reply
      expect(await ending([reply, sent()])).toMatchObject({ entered: [name] })
    },
  )

  it('after the next number was taken: entered', async () => {
    const { outcome, entered } = await ending([failure(40054005), refusal, sent()])
    expect(entered).toEqual([name])
    expect((outcome as SendResult).steps).toMatchObject([{ kind: 'next_seq' }, { kind: 'fallback', name }])
  })
})

it('RS-15 a message without an address: media_bytes does not apply', async () => {
  const { entered, outcome, calls } = await ending([REFUSALS.media_bytes, sent()], {}, CHANNEL)
  expect(entered).toEqual([])
  expect(outcome).toMatchObject({ errCode: 304021, delivered: 'no' })
  expect(calls).toHaveLength(1)
})

it('RS-03 no_token: the attempt was not made, so a refusal of the next one opens a fallback', async () => {
  const { rest, dispatcher, settle } = restHarness([sent()])
  const replies: Reply[] = [REFUSALS.proactive, sent()]
  const grant = { status: 200, body: { access_token: 'AT_0001', expires_in: '7200' } }
  const tokens: Reply[] = [{ status: 503 }, grant]
  dispatcher.script = ({ path }) => (path.endsWith('Token') ? tokens : replies).shift() ?? 'hang'
  expect(await settle(rest.send(C2C, MESSAGE, { anchor: ANCHOR }))).toMatchObject({
    mode: 'proactive',
    steps: [
      { kind: 'retry', situation: 'no_token', delivered: 'no' },
      { kind: 'fallback', name: 'proactive' },
    ],
  })
})

it('RS-02 the error of the last fallback has the first failure as cause', async () => {
  const dead = REFUSALS.proactive
  const { outcome, entered } = await ending([REFUSALS.plain_text, dead, 'reset'])
  expect(entered).toEqual(['plain_text', 'proactive'])
  expect(outcome).toMatchObject({ code: 'no_answer', delivered: 'unknown', cause: { errCode: 50056 } })
})
