import { describe, expect, it } from 'vitest'

import { onStage, type Stage } from '../support/stage.js'
import type { WireAnswer } from '../support/wire-client.js'

const MINUTE = 60_000
/** Of a stream (§5.4.1). */
const LIFE = 10 * MINUTE

type Send = (text: string, more?: object) => Promise<WireAnswer>

const pathOf = ({ sim }: Stage, user = 'ann'): string => `/v2/users/${sim.user(user).id}/stream_messages`

/** A person asks, and the bot answers in chunks of the newer form (§5.4 A), by default with growing indexes. */
const answering = (stage: Stage, user = 'ann'): { readonly said: string; readonly chunk: Send } => {
  const said = stage.sim.user(user).say('tell me').id
  let index = 0
  const chunk: Send = async (text, more) =>
    stage.post(pathOf(stage, user), {
      input_state: 1,
      content_type: 'text',
      content_raw: text,
      msg_id: said,
      msg_seq: 1,
      index: index++,
      ...more,
    })
  return { said, chunk }
}

const idOf = (answer: WireAnswer): unknown => answer.json?.['id']
const last = ({ sim }: Stage) => sim.log.of('message').at(-1)

/** The answer to a frame whose index did not grow. */
const NOT_GROWN = {
  status: 404,
  json: {
    code: 40006,
    err_code: 40113002,
    message: '请求参数index需要递增',
    trace_id: expect.any(String) as string,
  },
}
const TIME_OVER = '同一流式消息发送超过时间限制'
const BUSY = { status: 400, json: { code: 40034021, message: '其它流式消息发送中' } }

describe('streams', () => {
  it('SM-01 SM-08 grow frame by frame, and delivered text is never changed', async () =>
    onStage(async (stage) => {
      const { said, chunk } = answering(stage)
      const first = await chunk('Once')
      expect(first).toMatchObject({
        status: 200,
        json: { id: expect.stringMatching(/-/), timestamp: expect.any(String), remain_msg_len: 0 },
      })
      const id = idOf(first)
      expect(await chunk(' upon', { stream_msg_id: id })).toMatchObject({ json: { id, remain_msg_len: 0 } })
      const replace = { input_mode: 'replace', stream_msg_id: id }
      expect(await chunk('Twice', replace)).toMatchObject({
        status: 404,
        json: { code: 40007, err_code: 40113003, message: '已经提交的消息内容不可修改' },
      })
      expect((await chunk('Once upon', replace)).status).toBe(200)
      expect((await chunk('Once upon a time', { ...replace, input_state: 10 })).status).toBe(200)
      expect((await chunk('!', { stream_msg_id: id })).json).toMatchObject({ code: 40034024 })
      expect(last(stage)).toMatchObject({ change: 'streamed', content: 'Once upon a time', replyTo: said })
    }))

  it.each([0, 1, 7])('SM-08 the first index may be %i, and then it grows', async (start) =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a', { index: start }))
      const more = { stream_msg_id: id }
      expect((await chunk('b', { ...more, index: start + 1 })).status).toBe(200)
      for (const index of [start + 1, start, 0, undefined])
        expect([index, await chunk('x', { ...more, index })]).toMatchObject([index, NOT_GROWN])
      expect((await chunk('c', { ...more, index: start + 9 })).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'abc' })
    }),
  )

  it('SM-08 a repeat of an accepted frame is refused as one, even of the last', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      const final = { stream_msg_id: id, index: 1, input_state: 10 }
      expect((await chunk('b', final)).status).toBe(200)
      expect(await chunk('b', final)).toMatchObject(NOT_GROWN)
      expect(last(stage)).toMatchObject({ content: 'ab', change: 'streamed' })
    }))

  it('SM-08 a refused frame does not use its index', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      const more = { stream_msg_id: id, input_mode: 'replace', index: 1 }
      expect((await chunk('x', more)).json).toMatchObject({ code: 40007 })
      expect((await chunk('ab', more)).status).toBe(200)
    }))

  it('SM-08 a later frame without the id counts as a new opening, and is a duplicate', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const first = await chunk('a')
      expect(await chunk('b')).toMatchObject({ status: 400, json: { code: 40054005, err_code: 40054005 } })
      // So is a repeat of the first frame whose answer was lost, since the client does not know its id.
      expect((await chunk('a', { index: 0 })).json).toMatchObject({ code: 40054005 })
      expect((await chunk('b', { stream_msg_id: idOf(first) })).status).toBe(200)
    }))

  it('SM-08 a stream takes one slot of its anchor, together with ordinary replies', async () =>
    onStage(async (stage) => {
      const { said, chunk } = answering(stage)
      const messages = `/v2/users/${stage.sim.user('ann').id}/messages`
      const reply = async (seq: number) => stage.post(messages, { content: 'x', msg_id: said, msg_seq: seq })
      const id = idOf(await chunk('a'))
      for (const seq of [1, 1, 2, 3, 4, 5, 6])
        expect((await chunk('a', { stream_msg_id: id, msg_seq: seq })).status).toBe(200)
      expect((await reply(1)).json).toMatchObject({ code: 40054005 })
      for (const seq of [2, 3, 4]) expect((await reply(seq)).status).toBe(200)
      expect((await reply(5)).json).toMatchObject({ code: 22009 })
      expect((await chunk('.', { stream_msg_id: id, input_state: 10 })).status).toBe(200)
      // A stream is refused like a reply, and when a reply has used its `msg_seq`.
      expect((await chunk('c', { msg_seq: 5 })).json).toMatchObject({ code: 22009 })
      expect((await chunk('c', { msg_seq: 2 })).json).toMatchObject({ code: 40054005 })
    }))

  it('SM-08 one stream to a user is open at a time', async () =>
    onStage(async (stage) => {
      const [first, second] = [answering(stage), answering(stage)]
      const id = idOf(await first.chunk('a'))
      expect(await second.chunk('b')).toMatchObject(BUSY)
      // A stream to another user is allowed, and so is one of the older form, for which no such rule is known.
      expect((await answering(stage, 'ben').chunk('b')).status).toBe(200)
      const field = { content: 'x', msg_id: second.said, msg_seq: 9, stream: { state: 1, index: 1 } }
      expect((await stage.post(`/v2/users/${stage.sim.user('ann').id}/messages`, field)).status).toBe(200)
      expect((await first.chunk('', { stream_msg_id: id, input_state: 10 })).status).toBe(200)
      expect((await second.chunk('b')).status).toBe(200)
    }))

  it('SM-08 a refused opening takes nothing', async () =>
    onStage(async (stage) => {
      const [first, second] = [answering(stage), answering(stage)]
      const id = idOf(await first.chunk('a'))
      for (let again = 0; again < 6; again += 1)
        expect(await second.chunk('b', { index: 0 })).toMatchObject(BUSY)
      await first.chunk('', { stream_msg_id: id, input_state: 10 })
      expect((await second.chunk('b', { index: 0 })).status).toBe(200)
    }))

  it('SM-08 an abandoned stream blocks the user until its lifetime ends, and stays unfinished', async () =>
    onStage(async (stage) => {
      const [first, second] = [answering(stage), answering(stage)]
      const id = idOf(await first.chunk('a'))
      await first.chunk('b', { stream_msg_id: id })
      await stage.clock.advance(LIFE - 1)
      expect(await second.chunk('c')).toMatchObject(BUSY)
      expect(stage.sim.snapshot().streams).toMatchObject([{ id, peer: 'ann', index: 1, length: 2 }])
      await stage.clock.advance(1)
      expect(last(stage)).toMatchObject({ id, change: 'unfinished', content: 'ab', replyTo: first.said })
      expect(stage.sim.snapshot().streams).toEqual([])
      expect((await second.chunk('c')).status).toBe(200)
    }))

  it.each([1, 10])(
    'SM-08 a frame after ten minutes is accepted and shown, but refused (input_state %i)',
    async (state) =>
      onStage(async (stage) => {
        const { chunk } = answering(stage)
        const id = idOf(await chunk('a'))
        await stage.clock.advance(LIFE - 1)
        const more = { stream_msg_id: id }
        expect((await chunk('b', more)).status).toBe(200)
        await stage.clock.advance(1)
        const late = await chunk('c', { ...more, index: 2, input_state: state })
        expect(late).toMatchObject({ status: 400, json: { message: TIME_OVER } })
        expect(Object.keys(late.json ?? {})).toEqual(['message', 'trace_id'])
        expect(last(stage)).toMatchObject({ content: 'abc', change: 'streamed' })
        expect(stage.sim.oracle.executed('c2c.stream')).toBe(3)
        // A repeat finds its frame accepted; later frames are refused and not shown.
        expect(await chunk('c', { ...more, index: 2 })).toMatchObject(NOT_GROWN)
        expect(await chunk('d', { ...more, index: 3 })).toMatchObject({ json: { message: TIME_OVER } })
        expect(last(stage)).toMatchObject({ content: 'abc' })
      }),
  )

  it('SM-08 of two concurrent frames to one user the second is refused', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      stage.sim.faults.add({
        on: 'call',
        match: { route: 'stream' },
        do: { kind: 'delay', ms: 500, when: 'before' },
      })
      const slow = chunk('b', { stream_msg_id: id, index: 1 })
      await stage.clock.settle()
      expect(await chunk('c', { stream_msg_id: id, index: 2 })).toMatchObject(BUSY)
      await stage.clock.advance(500)
      expect((await slow).status).toBe(200)
      expect((await chunk('c', { stream_msg_id: id, index: 2 })).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'abc' })
    }))

  it.each(['reset', 'hang'] as const)('SM-08 an accepted frame whose answer was lost (%s)', async (kind) =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      stage.sim.faults.add({ on: 'call', match: { route: 'stream' }, do: { kind, when: 'after' } })
      const controller = new AbortController()
      const lost = stage.client
        .call(pathOf(stage), {
          method: 'POST',
          token: stage.token,
          body: { input_state: 1, content_raw: 'b', stream_msg_id: id, index: 1 },
          signal: controller.signal,
        })
        .then(
          () => 'answered',
          () => 'lost',
        )
      await stage.clock.settle()
      controller.abort()
      expect(await lost).toBe('lost')
      await stage.clock.settle()
      expect(last(stage)).toMatchObject({ content: 'ab' })
      expect(await chunk('b', { stream_msg_id: id, index: 1 })).toMatchObject(NOT_GROWN)
      expect((await chunk('c', { stream_msg_id: id, index: 2 })).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'abc' })
    }),
  )

  it.each([
    ['repeats the whole text', { input_mode: 'replace' }, 'ab', 'ab'],
    ['adds to the whole text', { input_mode: 'replace' }, 'abc', 'abc'],
    ['adds a piece', {}, 'c', 'abc'],
    ['is empty', {}, '', 'ab'],
  ])('SM-08 the final frame %s', async (_how, more, text, content) =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('ab'))
      expect((await chunk(text, { stream_msg_id: id, input_state: 10, ...more })).status).toBe(200)
      expect(last(stage)).toMatchObject({ content, change: 'streamed' })
    }),
  )

  it.each([{}, { is_wakeup: true }])(
    'SM-08 without an anchor it is a proactive message, under the quota: %j',
    async (more) =>
      onStage(async (stage) => {
        const { chunk } = answering(stage)
        const open = async (): Promise<WireAnswer> => {
          const answer = await chunk('hello', { msg_id: undefined, ...more })
          if (answer.status === 200)
            await chunk('', { msg_id: undefined, stream_msg_id: idOf(answer), input_state: 10, ...more })
          return answer
        }
        for (let times = 0; times < 10; times += 1) expect((await open()).status).toBe(200)
        expect(last(stage)).toMatchObject({ replyTo: null, change: 'streamed', content: 'hello' })
        expect((await open()).json).toMatchObject({ code: 40034100 })
        stage.sim.user('ann').refuse()
        expect((await open()).json).toMatchObject({ code: 40054013 })
      }),
  )

  it('SM-08 is_wakeup disables the check of the anchor', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      expect((await chunk('a', { msg_id: 'ROBOT1.0_unknown', is_wakeup: true })).status).toBe(200)
    }))

  it('SM-08 cannot be recalled', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a', { input_state: 10 }))
      const recalled = await stage.call(
        'DELETE',
        `/v2/users/${stage.sim.user('ann').id}/messages/${String(id)}`,
      )
      expect(recalled).toMatchObject({ status: 400, json: { code: 40061001, message: '请求参数无效' } })
      // Its id is no message id in other calls either.
      const group = `/v2/groups/${stage.sim.group('room').id}/messages/${String(id)}`
      expect((await stage.call('DELETE', group)).json).toMatchObject({ code: 40061002 })
    }))

  it('SM-03 end with the window of their anchor, unless is_wakeup is set', async () =>
    onStage(
      async (stage) => {
        const { chunk } = answering(stage)
        const id = idOf(await chunk('a'))
        await stage.clock.advance(MINUTE)
        expect((await chunk('b', { stream_msg_id: id })).status).toBe(200)
        await stage.clock.advance(1)
        expect((await chunk('c', { stream_msg_id: id })).json).toMatchObject({ code: 40034005 })
        expect((await chunk('c', { stream_msg_id: id, is_wakeup: true })).status).toBe(200)
        expect(last(stage)).toMatchObject({ content: 'abc' })
      },
      { windows: { c2c: { ms: MINUTE } } },
    ))

  it.each([
    ['another anchor', { msg_id: 'ROBOT1.0_other' }, 40034024],
    ['another stream', { stream_msg_id: 'nonsense' }, 40034024],
    ['another state', { input_state: 11 }, 12002],
    ['another mode', { input_mode: 'rewrite' }, 12002],
    ['another type', { content_type: 'ark' }, 12002],
    ['an index below 0', { index: -1 }, 12002],
    ['an index as text', { index: '1' }, 12002],
    ['no text', { content_raw: undefined }, 12002],
  ])('SM-03 refuse %s', async (_what, change, code) =>
    onStage(async (stage) => {
      expect((await answering(stage).chunk('a', change)).json).toMatchObject({ code })
    }),
  )

  it('SM-03 a later frame may name the anchor or not, but no other', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      expect((await chunk('b', { stream_msg_id: id, msg_id: undefined })).status).toBe(200)
      expect((await chunk('b', { stream_msg_id: id, event_id: 'x' })).status).toBe(200)
      expect((await chunk('b', { stream_msg_id: id, msg_id: 'x' })).json).toMatchObject({ code: 40034024 })
    }))

  it('SM-03 a stream of another user is unknown', async () =>
    onStage(async (stage) => {
      const id = idOf(await answering(stage).chunk('a'))
      const other = answering(stage, 'ben')
      expect((await other.chunk('b', { stream_msg_id: id, index: 5 })).json).toMatchObject({ code: 40034024 })
    }))

  it('SM-03 fifty frames a second, then 50002', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('0'))
      for (let more = 1; more < 50; more += 1)
        expect((await chunk('.', { stream_msg_id: id })).status).toBe(200)
      expect(await chunk('.', { stream_msg_id: id })).toMatchObject({ status: 429, json: { code: 50002 } })
      await stage.clock.advance(1000)
      expect((await chunk('.', { stream_msg_id: id })).status).toBe(200)
    }))

  it('SM-02 an internal error is one by its code and status', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      stage.sim.faults.add({ on: 'call', match: { route: 'stream' }, do: { kind: 'error', code: 50001 } })
      expect(await chunk('a')).toMatchObject({ status: 500, json: { code: 50001 } })
      expect((await chunk('a')).status).toBe(200)
    }))

  it('SM-08 replyTo() resolves at the end of a stream, finished or not', async () =>
    onStage(async (stage) => {
      const { said, chunk } = answering(stage)
      const reply = stage.sim.replyTo({ id: said, eventId: '' })
      await chunk('half')
      await stage.clock.advance(LIFE)
      expect(await reply).toMatchObject({ change: 'unfinished', content: 'half' })
      // A later call gets it too, and the oracle has one reply.
      expect(await stage.sim.replyTo({ id: said, eventId: '' })).toBe(await reply)
      expect(stage.sim.oracle.replies(said)).toEqual([await reply])
    }))
})

describe('the stream field of a send', () => {
  const field = ({
    sim,
    post,
  }: Stage): ((text: string, stream: object, more?: object) => Promise<WireAnswer>) => {
    const said = sim.user('ann').say('tell me').id
    const path = `/v2/users/${sim.user('ann').id}/messages`
    return async (text, stream, more) => {
      const body = { msg_type: 2, markdown: { content: text }, msg_id: said, ...more }
      return post(path, { ...body, stream })
    }
  }

  it('SM-01 grows a message as well, with a new msg_seq for each frame, from index 0 or 1', async () =>
    onStage(async (stage) => {
      const send = field(stage)
      const id = idOf(await send('# On', { state: 1, id: null, index: 0 }, { msg_seq: 77 }))
      expect((await send('ce', { state: 1, id, index: 1 }, { msg_seq: 5 })).status).toBe(200)
      expect(await send(' upon', { state: 10, id, index: 2 })).toMatchObject({
        json: { message: '流式消息md分片需要\\n结束' },
      })
      expect((await send(' upon\n', { state: 10, id, index: 2 })).status).toBe(200)
      expect((await send('\n', { state: 10, id, index: 3 })).json).toMatchObject({ code: 40034024 })
      expect(last(stage)).toMatchObject({ change: 'streamed', content: '# Once upon\n' })
    }))

  it('SM-01 carries text, and starts over on reset', async () =>
    onStage(async (stage) => {
      const send = field(stage)
      const text = (content: string) => ({ msg_type: 0, markdown: undefined, content })
      const id = idOf(await send('', { state: 1, index: 1 }, text('One')))
      expect((await send('', { state: 1, id, index: 2, reset: true }, text('Two'))).status).toBe(200)
      expect((await send('', { state: 20, id, index: 3 }, text('!'))).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'Two!' })
    }))

  it('SM-08 has no lifetime and no limit per user, but can stay unfinished too', async () =>
    onStage(async (stage) => {
      const [one, two] = [field(stage), field(stage)]
      const id = idOf(await one('a', { state: 1, index: 0 }))
      expect((await two('b', { state: 1, index: 0 })).status).toBe(200)
      await stage.clock.advance(2 * LIFE)
      expect(stage.sim.log.of('message').filter(({ change }) => change === 'unfinished')).toHaveLength(2)
      expect((await one('c\n', { state: 10, id, index: 1 })).status).toBe(200)
      expect(last(stage)).toMatchObject({ id, change: 'streamed', content: 'ac\n' })
    }))

  it.each([
    ['a state that does not exist', { state: 2, index: 0 }, {}, 12002],
    ['no text', { state: 1, index: 0 }, { markdown: {} }, 12002],
    ['another anchor', { state: 1, index: 0 }, { msg_id: 'ROBOT1.0_other' }, 40034024],
  ])('SM-03 refuses %s', async (_what, stream, more, code) =>
    onStage(async (stage) => {
      expect((await field(stage)('a', stream, more)).json).toMatchObject({ code })
    }),
  )

  it('SM-03 means nothing in a group', async () =>
    onStage(async ({ sim, post }) => {
      const body = { content: 'hi', stream: { state: 1, index: 0 } }
      expect((await post(`/v2/groups/${sim.group('room').id}/messages`, body)).status).toBe(200)
      expect(sim.log.of('message').at(-1)).toMatchObject({ change: 'sent', content: 'hi' })
    }))
})
