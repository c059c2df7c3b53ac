import { describe, expect, it } from 'vitest'

import type { WireAnswer } from '../wire-client.js'
import { onStage, type Stage } from './stage.js'

const HOUR = 3_600_000

type Send = (text: string, more?: object) => Promise<WireAnswer>

/** Someone asks, and the bot answers in chunks of the newer form (§5.4 A). */
const answering = ({ sim, post }: Stage): { readonly said: string; readonly chunk: Send } => {
  const said = sim.user('ann').say('tell me').id
  const path = `/v2/users/${sim.user('ann').id}/stream_messages`
  const chunk: Send = async (text, more) =>
    post(path, { input_state: 1, content_type: 'text', content_raw: text, msg_id: said, msg_seq: 1, ...more })
  return { said, chunk }
}

const idOf = (answer: WireAnswer): unknown => answer.json?.['id']
const last = ({ sim }: Stage) => sim.log.of('message').at(-1)

describe('streams', () => {
  it('SM-01 grow chunk by chunk, and what was delivered is never changed', async () =>
    onStage(async (stage) => {
      const { said, chunk } = answering(stage)
      const first = await chunk('Once', { index: 0 })
      expect(first).toMatchObject({
        status: 200,
        json: { id: expect.stringMatching(/-/), timestamp: expect.any(String), remain_msg_len: 19_996 },
      })
      const id = idOf(first)
      expect(await chunk(' upon', { index: 1, stream_msg_id: id })).toMatchObject({
        json: { id, remain_msg_len: 19_991 },
      })
      const replace = { input_mode: 'replace', stream_msg_id: id }
      expect((await chunk('Twice', replace)).json).toMatchObject({ code: 40007 })
      expect((await chunk('Once upon', replace)).status).toBe(200)
      expect((await chunk('Once upon a time', { ...replace, input_state: 10 })).status).toBe(200)
      expect((await chunk('!', { stream_msg_id: id })).json).toMatchObject({ code: 40034024 })
      expect(last(stage)).toMatchObject({ change: 'streamed', content: 'Once upon a time', replyTo: said })
    }))

  it('SM-03 msg_seq may stay or count up, and one stream is one reply', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      for (const seq of [1, 1, 2, 3, 4, 5, 6])
        expect((await chunk('a', { stream_msg_id: id, msg_seq: seq })).status).toBe(200)
      expect((await chunk('b')).json).toMatchObject({ code: 40054005 })
      for (const seq of [2, 3, 4]) expect((await chunk('c', { msg_seq: seq })).status).toBe(200)
      expect((await chunk('d', { msg_seq: 5 })).json).toMatchObject({ code: 22009 })
    }))

  it('SM-03 end with the window of their anchor, unless told not to look', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      await stage.clock.advance(HOUR)
      expect((await chunk('b', { stream_msg_id: id })).status).toBe(200)
      await stage.clock.advance(1)
      expect((await chunk('c', { stream_msg_id: id })).json).toMatchObject({ code: 40034005 })
      expect((await chunk('c', { stream_msg_id: id, is_wakeup: true })).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'abc' })
    }))

  it.each([
    ['no anchor', { msg_id: undefined }, 40034024],
    ['another anchor', { msg_id: 'ROBOT1.0_other' }, 40034024],
    ['another stream', { stream_msg_id: 'nonsense' }, 40034024],
    ['another state', { input_state: 11 }, 12002],
    ['another mode', { input_mode: 'rewrite' }, 12002],
    ['another type', { content_type: 'ark' }, 12002],
    ['an index below 0', { index: -1 }, 12002],
    ['no text', { content_raw: undefined }, 12002],
  ])('SM-03 refuse %s', async (_what, change, code) =>
    onStage(async (stage) => {
      expect((await answering(stage).chunk('a', change)).json).toMatchObject({ code })
    }),
  )

  it('SM-03 a later chunk may name the anchor or not, but no other', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('a'))
      expect((await chunk('b', { stream_msg_id: id, msg_id: undefined })).status).toBe(200)
      expect((await chunk('b', { stream_msg_id: id, event_id: 'x' })).status).toBe(200)
      expect((await chunk('b', { stream_msg_id: id, msg_id: 'x' })).json).toMatchObject({ code: 40034024 })
    }))

  it('SM-03 fifty chunks a second, then 50002', async () =>
    onStage(async (stage) => {
      const { chunk } = answering(stage)
      const id = idOf(await chunk('0'))
      for (let index = 1; index < 50; index += 1)
        expect((await chunk('.', { index, stream_msg_id: id })).status).toBe(200)
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

  it('SM-01 grows a message as well, with a new msg_seq for each chunk, from index 0 or 1', async () =>
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

  it('SM-01 carries text, and starts over when told to', async () =>
    onStage(async (stage) => {
      const send = field(stage)
      const text = (content: string) => ({ msg_type: 0, markdown: undefined, content })
      const id = idOf(await send('', { state: 1, index: 1 }, text('One')))
      expect((await send('', { state: 1, id, index: 2, reset: true }, text('Two'))).status).toBe(200)
      expect((await send('', { state: 20, id, index: 3 }, text('!'))).status).toBe(200)
      expect(last(stage)).toMatchObject({ content: 'Two!' })
    }))

  it.each([
    ['a state that does not exist', { state: 2, index: 0 }, {}, 12002],
    ['no text', { state: 1, index: 0 }, { markdown: {} }, 12002],
    ['no anchor', { state: 1, index: 0 }, { msg_id: undefined }, 40034024],
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
