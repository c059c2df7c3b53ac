import { adviceFor } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { explainError, RestError, type Target } from '../src/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, GROUP, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const failureOf = async (
  run: (made: ReturnType<typeof restHarness>) => Promise<unknown>,
  replies: readonly Reply[],
): Promise<{ readonly error: RestError; readonly calls: ReturnType<typeof restHarness>['calls'] }> => {
  const made = restHarness(replies)
  const error = await made.settle(run(made).catch((reason: unknown) => reason))
  expect(error).toBeInstanceOf(RestError)
  return { error: error as RestError, calls: made.calls }
}

const body = (message: string, code?: number, errCode?: number): object => ({
  message,
  ...(code !== undefined && { code }),
  ...(errCode !== undefined && { err_code: errCode }),
  trace_id: 'trace-9',
})

const reply = ({ rest }: ReturnType<typeof restHarness>, target: Target = C2C): Promise<unknown> =>
  rest.send(target, { markdown: { content: '# hi' } }, { anchor: ANCHOR })

describe('final refusals with HTTP 500', () => {
  it.each([C2C, GROUP, CHANNEL])(
    'RS-22 11255 to %j is one attempt, with advice of its own',
    async (target) => {
      const answer = { status: 500, body: body('invalid request', 11255, 11255) }
      for (const anchor of [ANCHOR, undefined]) {
        const { error, calls } = await failureOf(({ rest }) => rest.send(target, 'hi', { anchor }), [answer])
        expect(calls).toHaveLength(1)
        expect(error).toMatchObject({
          code: 'target_unreachable',
          situation: 'refused',
          delivered: 'no',
          retry: 'never',
          errCode: 11255,
          httpStatus: 500,
          traceId: 'trace-9',
          steps: [],
        })
        expect(error.advice?.en).toContain('openid')
      }
    },
  )

  it.each([GROUP, CHANNEL, C2C])(
    'RS-22 RS-15 304041 to %j: the text goes out without markdown, once',
    async (target) => {
      const made = restHarness([
        { status: 500, body: body('reply message not allow markdown', 304041) },
        sent('M2'),
      ])
      expect(await made.settle(reply(made, target))).toMatchObject({
        kind: 'sent',
        id: 'M2',
        mode: 'passive',
        steps: [{ kind: 'fallback', name: 'plain_text', errCode: 304041 }],
      })
      expect(made.calls.map((call) => call.body)).toMatchObject([
        { markdown: { content: '# hi' }, msg_id: ANCHOR.msgId },
        { content: 'hi', msg_id: ANCHOR.msgId },
      ])
      expect(made.calls[1]?.body).not.toHaveProperty('markdown')
    },
  )

  it.each([40_034_012, 40_034_090])('RS-22 RS-15 %d has the same fallback', async (code) => {
    const made = restHarness([{ status: 400, body: body('no', code, code) }, sent()])
    expect(await made.settle(reply(made))).toMatchObject({ steps: [{ name: 'plain_text', errCode: code }] })
  })

  it('RS-22 a refused typing notice is attempted once', async () => {
    const answer = { status: 500, body: body('input type err', 50059, 50059) }
    const typing = { msg_type: 6, input_notify: { input_type: 1, input_second: 5 } } as const
    const { error, calls } = await failureOf(
      ({ rest }) => rest.send({ scene: 'c2c', id: C2C.id }, typing, { anchor: ANCHOR }),
      [answer],
    )
    expect(calls).toHaveLength(1)
    expect(error).toMatchObject({ delivered: 'no', errCode: 50059 })
    expect(error.advice?.en).toContain('Harmless')
  })

  it('RS-22 a recall without permission is one attempt', async () => {
    const answer = { status: 500, body: body('no', 306004) }
    const { error, calls } = await failureOf(({ rest }) => rest.recall(GROUP, 'm'), [answer])
    expect(calls).toHaveLength(1)
    expect(error).toMatchObject({ situation: 'refused', delivered: 'no', errCode: 306004 })
  })

  it.each([
    ['by its text', body('reply message not allow markdown')],
    ['by its text beside a number nobody knows', body('reply message not allow markdown', 999_999)],
  ])('RS-22 RS-24 is known %s too', async (_how, answer) => {
    const made = restHarness([{ status: 500, body: answer }, sent()])
    expect(await made.settle(reply(made))).toMatchObject({ steps: [{ name: 'plain_text' }] })
  })

  it.each([
    ['without a code', body('failed')],
    ['with a code that nobody knows', body('failed', 999_999)],
    ['with one that says only that the platform failed', body('send error', 304016)],
  ])('RS-03 RS-07 a 500 %s stays an unknown outcome', async (_how, answer) => {
    const plain = await failureOf(({ rest }) => rest.send(C2C, 'hi'), [{ status: 500, body: answer }])
    expect(plain.calls).toHaveLength(1)
    expect(plain.error).toMatchObject({ code: 'server_error', delivered: 'unknown' })
    expect(plain.error.advice?.en).toContain('may have been executed')
    const keyed = await failureOf(reply, [{ status: 500, body: answer }])
    expect(keyed.calls).toHaveLength(5)
    expect(keyed.error).toMatchObject({ delivered: 'unknown' })
  })
})

const chunk = ({ rest }: ReturnType<typeof restHarness>): Promise<unknown> =>
  rest.request('POST /v2/users/{user_openid}/stream_messages', {
    params: { user_openid: 'U' },
    body: {} as never,
  })

describe('HTTP 404', () => {
  it('RS-23 with a code is a refusal with the advice of that code', async () => {
    const answer = { status: 404, body: body('已经提交的消息内容不可修改', 40007, 40113003) }
    const { error, calls } = await failureOf(chunk, [answer])
    expect(calls).toHaveLength(1)
    expect(error).toMatchObject({ errCode: 40007, advice: adviceFor(40007, 'stream') })
  })

  it('RS-23 with an unknown code says nothing about the endpoint', async () => {
    const { error } = await failureOf(chunk, [{ status: 404, body: body('no', 999_999) }])
    expect(error.advice?.en).not.toContain('No such endpoint')
  })

  it.each([undefined, { message: 'not found' }, { code: 0, err_code: 0, message: 'x' }])(
    'RS-23 with %j says that there is no such endpoint',
    async (answer) => {
      const { error } = await failureOf(chunk, [{ status: 404, body: answer }])
      expect(error).toMatchObject({ code: 'refused', errCode: null })
      expect(error.advice?.en).toContain('No such endpoint')
      expect(error.advice?.zh).toContain('接口不存在')
    },
  )
})

describe('RS-24 one number of a deeper layer', () => {
  it.each([
    [40113003, 40007],
    [40113002, 40006],
  ])('that stands alone (%i) means what its documented twin means', async (deep, documented) => {
    for (const status of [404, 500]) {
      const answer = { status, body: { err_code: deep, message: 'no', trace_id: 't' } }
      const { error, calls } = await failureOf(chunk, [answer])
      expect(calls).toHaveLength(1)
      expect(error).toMatchObject({ errCode: deep, delivered: 'no', advice: adviceFor(documented, 'stream') })
    }
  })
})

describe('RS-24 two numbers', () => {
  it('of which one is known: that one decides, and both are shown', async () => {
    const answer = { status: 404, body: body('已经提交的消息内容不可修改', 40007, 40113003) }
    const { error } = await failureOf(
      ({ rest }) =>
        rest.request('POST /v2/users/{user_openid}/stream_messages', {
          params: { user_openid: 'U' },
          body: {} as never,
        }),
      [answer],
    )
    expect(error.errCode).toBe(40007)
    expect(error.numbers).toEqual({ code: 40007, errCode: 40113003 })
    for (const part of ['404', '40007', '40113003', '已经提交的消息内容不可修改', 'trace-9'])
      expect(explainError(error)).toContain(part)
  })

  it('with the known one in err_code: code is shown beside it', async () => {
    const { error } = await failureOf(reply, [{ status: 400, body: body('no', 1, 40034024) }])
    expect(error.message).toContain('40034024 (code 1) no (HTTP 400)')
    expect(error.numbers).toEqual({ code: 1, errCode: 40034024 })
  })

  it('equal ones are shown once', async () => {
    const { error } = await failureOf(reply, [{ status: 400, body: body('no', 40034024, 40034024) }])
    expect(error.message).toContain(': 40034024 no (HTTP 400)')
  })

  it('err_code 0 does not hide a code beside HTTP 200', async () => {
    const { error } = await failureOf(reply, [{ status: 200, body: body('no', 40034024, 0) }])
    expect(error).toMatchObject({ errCode: 40034024, numbers: { code: 40034024, errCode: 0 } })
  })
})

describe('RS-25 a number means what its endpoint says', () => {
  it.each([10001, 10003])('%d of the share link and of a channel', async (code) => {
    const answer = [{ status: 400, body: body('no', code, code) }]
    const link = await failureOf(({ rest }) => rest.api.shareLinks.create({ callback_data: 'x' }), answer)
    const channel = await failureOf(({ rest }) => rest.api.channels.get('1'), answer)
    expect(link.error.advice).toEqual(adviceFor(code, 'shareLink'))
    expect(channel.error.advice).toEqual(adviceFor(code))
    expect(link.error.advice).not.toEqual(channel.error.advice)
    expect(explainError(link.error)).not.toContain('unknown')
    expect(explainError(channel.error)).toContain('unknown')
  })

  it('holds for a path written by hand too', async () => {
    const { error } = await failureOf(
      ({ rest }) => rest.request('POST /v2/generate_url_link', { body: {} }),
      [{ status: 400, body: body('no', 10003) }],
    )
    expect(error.facts).toMatchObject({ area: 'shareLink' })
  })
})

describe('RS-35 the replies to a message are used up', () => {
  const USED_UP = [
    { status: 400, body: body('msg limit exceed', 22009) },
    { status: 400, body: body('msg limit exceed', 22009, 22009) },
    { status: 429, body: body('msg limit exceed', 22009) },
    { status: 500, body: body('reply msg exceed limit') },
    { status: 500, body: body('reply msg exceed limit', 999_999) },
    { status: 400, body: body('msg limit exceed') },
  ]

  it.each(USED_UP)('%j: no repeat on it, and once without it', async (answer) => {
    const made = restHarness([answer, sent('P1')])
    expect(await made.settle(made.rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({
      kind: 'sent',
      mode: 'proactive',
      steps: [{ kind: 'fallback', name: 'proactive' }],
    })
    expect(made.calls).toHaveLength(2)
    expect(made.calls[1]?.body).not.toHaveProperty('msg_id')
  })

  it.each(USED_UP)('%j without a fallback: one attempt, with advice', async (answer) => {
    const made = restHarness([answer], { fallbacks: [] })
    const error = await made.settle(
      made.rest.send(GROUP, 'hi', { anchor: ANCHOR }).catch((reason: unknown) => reason),
    )
    expect(error).toMatchObject({ code: 'anchor_refused', delivered: 'no', retry: 'never' })
    expect(made.calls).toHaveLength(1)
  })

  it('an event as anchor is one as well', async () => {
    const made = restHarness([{ status: 400, body: body('msg limit exceed', 22009) }, sent()])
    await made.settle(made.rest.send(GROUP, 'hi', { anchor: { eventId: 'E1' } }))
    expect(made.calls).toHaveLength(2)
  })

  it('of a proactive message 22009 is a rate limit', async () => {
    const made = restHarness([{ status: 400, body: body('msg limit exceed', 22009) }, sent()])
    expect(await made.settle(made.rest.send(C2C, 'hi'))).toMatchObject({
      steps: [{ kind: 'retry', situation: 'limited' }],
    })
  })

  it('of the proactive message sent instead as well', async () => {
    const answer = { status: 400, body: body('msg limit exceed', 22009) }
    const { error, calls } = await failureOf(({ rest }) => rest.send(C2C, 'hi', { anchor: ANCHOR }), [answer])
    expect(error).toMatchObject({ situation: 'limited', cause: { code: 'anchor_refused' } })
    expect(calls).toHaveLength(1 + 5)
  })

  it('a call by hand that names an anchor is a reply', async () => {
    const answer = [{ status: 400, body: body('msg limit exceed', 22009) }]
    const params = { group_openid: 'G' }
    const { error, calls } = await failureOf(
      ({ rest }) =>
        rest.request('POST /v2/groups/{group_openid}/messages', {
          params,
          body: { content: 'hi', msg_id: 'm' },
        }),
      answer,
    )
    expect(error).toMatchObject({ code: 'anchor_refused' })
    expect(calls).toHaveLength(1)
  })
})

it('RS-24 a 413 with a page says what to do, and is no JSON error', async () => {
  const { error, calls } = await failureOf(
    ({ rest }) => rest.request('POST /v2/users/{user_openid}/files', { params: { user_openid: 'U' } }),
    [{ status: 413, raw: '<html>413 Request Entity Too Large</html>' }],
  )
  expect(calls).toHaveLength(1)
  expect(error.advice?.en).toContain('in parts')
})
