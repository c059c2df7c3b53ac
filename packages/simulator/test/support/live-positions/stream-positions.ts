import { expect } from 'vitest'

import { pathTo, send } from '../fault-plays/calls.js'
import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import type { Positions, Story } from './position.js'

const LIFE = 600_000

/** A stream to ann, with one function that opens, extends and ends it. */
interface Streaming {
  readonly said: string
  /** Sends the next frame. */
  readonly piece: (text: string, more?: object) => Promise<WireAnswer>
  readonly end: () => Promise<WireAnswer>
}

const stream = (stage: FaultStage, more: object = {}): Streaming => {
  const said = stage.sim.user('ann').say('hi').id
  let index = 0
  let id: unknown
  const piece: Streaming['piece'] = async (text, change = {}) => {
    const body = {
      input_state: 1,
      content_raw: text,
      msg_id: said,
      msg_seq: 1,
      index: index++,
      stream_msg_id: id,
    }
    const answer = await stage.post(`${pathTo(stage)}/stream_messages`, { ...body, ...more, ...change })
    id ??= answer.json?.['id']
    return answer
  }
  return { said, piece, end: async () => piece('', { input_state: 10 }) }
}

/** The final visible text. */
const shown = ({ sim }: FaultStage): unknown => {
  const { content, change } = sim.log.of('message').at(-1) ?? {}
  return { content, change }
}

const remaining =
  (...expected: readonly (number | undefined)[]): Story =>
  async (stage) => {
    const { piece, end } = stream(stage)
    const answers = [await piece('four'), await piece('five!'), await end()]
    expect(answers.map(({ status, json }) => [status, json?.['remain_msg_len']])).toEqual(
      expected.map((left) => [200, left]),
    )
    expect(answers.every(({ json }) => json !== null && 'remain_msg_len' in json)).toBe(
      expected[0] !== undefined,
    )
  }

const left =
  (content: string): Story =>
  async (stage) => {
    const { piece } = stream(stage, { content_type: 'markdown' })
    for (const text of ['one ', 'two ', 'three']) await piece(text)
    await stage.pass(LIFE)
    expect(shown(stage)).toEqual({ content, change: 'unfinished' })
  }

/** Streams (§5.4.1). */
export const streamPositions: Positions = {
  streamRemaining: {
    zero: remaining(0, 0, 0),
    absent: remaining(undefined, undefined, undefined),
    real: remaining(19_996, 19_991, 19_991),
  },
  streamSlots: {
    one: async (stage) => {
      const { said, piece } = stream(stage)
      for (const text of ['1', '2', '3', '4', '5', '6']) expect((await piece(text)).status).toBe(200)
      for (const seq of [2, 3, 4])
        expect((await send(stage, { msg_id: said, msg_seq: seq })).status).toBe(200)
      expect((await send(stage, { msg_id: said, msg_seq: 5 })).json).toMatchObject({ code: 22009 })
    },
    per_chunk: async (stage) => {
      const { said, piece } = stream(stage)
      for (const text of ['1', '2', '3', '4']) expect((await piece(text)).status).toBe(200)
      expect((await piece('5')).json).toMatchObject({ code: 22009 })
      expect((await send(stage, { msg_id: said, msg_seq: 2 })).json).toMatchObject({ code: 22009 })
      expect(shown(stage)).toEqual({ content: '1234', change: 'streaming' })
    },
  },
  streamBytes: {
    all: async (stage) => {
      const { piece } = stream(stage)
      expect((await piece('水'.repeat(3_000))).status).toBe(200)
      expect(shown(stage)).toMatchObject({ content: '水'.repeat(3_000) })
    },
    // A number, set at run time: 3 bytes per character, and never half a character.
    10: async (stage) => {
      const { piece, end } = stream(stage)
      expect((await piece('水水')).status).toBe(200)
      expect((await piece('水水水')).status).toBe(200)
      expect((await end()).status).toBe(200)
      expect(shown(stage)).toEqual({ content: '水水水', change: 'streamed' })
      stage.sim.live.set('streamBytes', 9)
      await stream(stage).piece('水水水a')
      expect(shown(stage)).toMatchObject({ content: '水水水' })
      // Text that is not shown still counts as delivered for the prefix.
      stage.sim.live.set('streamsPerUser', 'any')
      const other = stream(stage, { input_mode: 'replace' })
      await other.piece('水水水abc')
      expect((await other.piece('水水水x')).json).toMatchObject({ code: 40007 })
      expect((await other.piece('水水水abcd')).status).toBe(200)
      expect(shown(stage)).toMatchObject({ content: '水水水' })
    },
  },
  streamLife: {
    limited: async (stage) => {
      const { piece } = stream(stage)
      await piece('a')
      await stage.pass(LIFE)
      expect(await piece('b')).toMatchObject({
        status: 400,
        json: { message: '同一流式消息发送超过时间限制' },
      })
      expect(shown(stage)).toEqual({ content: 'ab', change: 'streamed' })
    },
    endless: async (stage) => {
      const { piece, end } = stream(stage)
      await piece('a')
      await stage.pass(2 * LIFE)
      expect(shown(stage)).toEqual({ content: 'a', change: 'streaming' })
      expect((await piece('b')).status).toBe(200)
      // Nor does an abandoned stream ever make room.
      expect((await stream(stage).piece('c')).json).toMatchObject({ code: 40034021 })
      expect((await end()).status).toBe(200)
    },
  },
  streamsPerUser: {
    one: async (stage) => {
      await stream(stage).piece('a')
      expect(await stream(stage).piece('b')).toMatchObject({
        status: 400,
        json: { code: 40034021, message: '其它流式消息发送中' },
      })
    },
    any: async (stage) => {
      const [one, two] = [stream(stage), stream(stage)]
      expect((await one.piece('a')).status).toBe(200)
      expect((await two.piece('b')).status).toBe(200)
      expect((await one.end()).status).toBe(200)
      expect((await two.end()).status).toBe(200)
    },
  },
  streamWithoutFinal: { unfinished: left('one two three'), first_frame: left('one ') },
  streamRecall: {
    refuse: async (stage) => {
      expect(await recall(stage)).toMatchObject({ status: 400, json: { code: 40061001 } })
      expect(shown(stage)).toMatchObject({ change: 'streamed' })
    },
    allow: async (stage) => {
      expect(await recall(stage)).toMatchObject({ status: 200, text: '' })
      expect(shown(stage)).toMatchObject({ change: 'recalled' })
      expect((await recall(stage, 120_001)).json).toMatchObject({ code: 40064004 })
    },
  },
}

const recall = async (stage: FaultStage, after = 0): Promise<WireAnswer> => {
  const { piece, end } = stream(stage)
  const id = String((await piece('a')).json?.['id'])
  await end()
  await stage.pass(after)
  return stage.call(`${pathTo(stage)}/messages/${id}`, { method: 'DELETE' })
}
