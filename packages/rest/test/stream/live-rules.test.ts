import { describe, expect, it } from 'vitest'

import type { StreamOptions, StreamResult } from '../../src/index.js'
import { chunksOf, taken } from '../support/fake-endpoint.js'
import { C2C, OPTIONS, play, wire } from '../support/play-stream.js'
import { ANCHOR, restHarness, failure, sent, type RestHarness } from '../support/rest-harness.js'
import type { Reply } from '../support/scripted-dispatcher.js'

/** A refusal of this endpoint as live bots saw it: HTTP 404, with a code of its own and a deeper one (§2.9). */
const refusal = (code: number, errCode: number, message: string): Reply => ({
  status: 404,
  body: { code, err_code: errCode, message, trace_id: 'trace-1' },
})
const STALE_INDEX = refusal(40006, 40113002, '请求参数index需要递增')
const CHANGED = refusal(40007, 40113003, '已经提交的消息内容不可修改')
const DUPLICATE = failure(40054005, '消息被去重')
const BUSY = failure(40034021, '其它流式消息发送中')
const TOO_FAST = failure(50002, 'stream frequency', 429)
const OVER = '同一流式消息发送超过时间限制'

/** Pieces for as many seconds. */
const seconds = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${at} `)

const indexesOf = ({ calls }: RestHarness): readonly number[] => chunksOf(calls).map(({ index }) => index)
const numbersOf = ({ calls }: RestHarness): readonly unknown[] =>
  calls.map(({ body }) => (body as { readonly msg_seq?: number }).msg_seq)

describe('a chunk with unknown delivery', () => {
  const modes: readonly { readonly mode: 'append' | 'replace'; readonly pieces: readonly string[] }[] = [
    { mode: 'append', pieces: ['a', 'b', 'c'] },
    { mode: 'replace', pieces: ['a', 'ab', 'abc'] },
  ]
  it.each(modes)(
    'RS-26 goes again under its index, and 40006 tells that it had landed: $mode',
    async ({ mode, pieces }) => {
      const { seen, result, stage } = await play([taken(), 'reset', STALE_INDEX, taken()], pieces, { mode })
      expect(seen).toEqual(['a', 'ab', 'ab', 'abc', 'abc■'])
      expect(indexesOf(stage)).toEqual([0, 1, 1, 2, 3])
      expect(result).toMatchObject({ kind: 'streamed', delivered: 'abc', messages: [{ finished: true }] })
    },
  )

  it('RS-26 however often it takes to find out', async () => {
    const { result, stage } = await play(
      [taken(), 'hang', failure(50001, 'no', 500), TOO_FAST, STALE_INDEX, taken()],
      ['a', 'b', 'c'],
    )
    expect(indexesOf(stage)).toEqual([0, 1, 1, 1, 1, 2, 3])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'abc', messages: [{ finished: true }] })
  })

  it('RS-26 and is the last one: finished all the same', async () => {
    const { seen, result } = await play([taken(), 'reset', STALE_INDEX], ['a'])
    expect(seen).toEqual(['a', 'a■', 'a■'])
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ text: 'a', finished: true }] })
  })

  it('RS-26 is not taken for the end of the message when that ends meanwhile', async () => {
    const stage = restHarness([taken(), 'reset', STALE_INDEX, taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    for (const piece of ['a', 'b']) {
      stream.write(piece)
      await stage.clock.advance(550)
    }
    expect(await stage.settle(stream.abort())).toMatchObject({ kind: 'aborted', delivered: 'ab' })
    expect(wire(stage)).toEqual(['a', 'ab', 'ab', 'ab■'])
    expect(indexesOf(stage)).toEqual([0, 1, 1, 2])
  })

  it('RS-26 and never will: the message is ended with it, under an index that is new in any case', async () => {
    const lost: Reply[] = Array.from({ length: 15 }, () => 'reset')
    const { error, stage } = await play([taken(), ...lost, taken()], ['a', 'b', 'c'])
    expect(indexesOf(stage).at(-1)).toBe(2)
    expect(wire(stage).at(-1)).toBe('ab■')
    expect(error).toMatchObject({ delivered: 'ab', uncertain: '', undelivered: 'c' })
  })
})

describe('an index that was used', () => {
  it('RS-26 although no attempt was uncertain: ends the message with advice, and no text is doubled', async () => {
    const { seen, error, stage } = await play([taken(), STALE_INDEX, taken()], ['a', 'b', 'c'])
    // Whoever used the index: this is right whether the text had arrived or not.
    expect(seen).toEqual(['a', 'ab', 'ab■'])
    expect(indexesOf(stage)).toEqual([0, 1, 2])
    expect(error).toMatchObject({
      code: 'stream_incomplete',
      delivered: 'ab',
      undelivered: '',
      messages: [{ text: 'ab', finished: true }],
      cause: { errCode: 40006, numbers: { code: 40006, errCode: 40113002 } },
      advice: { en: expect.stringContaining('index'), zh: expect.stringContaining('index') },
    })
    expect(stage.records.at(-1)).toMatchObject({ event: 'rest.stream_failed', error: { errCode: 40006 } })
  })

  it('RS-26 is reported even if no text is missing', async () => {
    const stage = restHarness([taken(), STALE_INDEX, taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(10)
    await expect(stage.settle(stream.end('b'))).rejects.toMatchObject({
      delivered: 'ab',
      undelivered: '',
      cause: { errCode: 40006 },
    })
  })

  it('RS-26 again and again: the end is tried five times, and no more', async () => {
    const { seen, error, stage } = await play([taken(), STALE_INDEX], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', ...Array(5).fill('ab■')])
    expect(indexesOf(stage)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(error).toMatchObject({ delivered: 'a', uncertain: 'b', messages: [{ finished: false }] })
  })

  it('RS-26 by a refusal as too frequent: the text is repeated under the next index', async () => {
    const { seen, result, stage } = await play([taken(), TOO_FAST, STALE_INDEX, taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'ab', 'ab', 'ab■'])
    expect(indexesOf(stage)).toEqual([0, 1, 1, 2, 3])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
  })

  it('RS-26 by a refusal as too frequent of unknown origin: the abandoned text is uncertain', async () => {
    const { error } = await play([taken(), TOO_FAST, STALE_INDEX, failure(40034006), CHANGED], ['a', 'b'])
    expect(error).toMatchObject({ delivered: 'a', uncertain: 'b', undelivered: '' })
  })

  it.each([
    ['by the number of its own', { code: 40006 }],
    ['by the deeper one', { err_code: 40113002 }],
    ['by its text', { code: 99, message: '请求参数index需要递增' }],
  ])('RS-26 is known %s', async (_how, body) => {
    const { result } = await play([taken(), 'reset', { status: 404, body }, taken()], ['a', 'b'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
  })
})

describe('a text that does not continue the sent one', () => {
  it('RS-26 ends the message by adding a line break, whatever was delivered', async () => {
    const { seen, error, stage } = await play([taken(), CHANGED, CHANGED, taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'a■', '\n■'])
    expect(chunksOf(stage.calls).at(-1)).toMatchObject({ input_mode: 'append', input_state: 10 })
    expect(error).toMatchObject({
      delivered: 'a',
      undelivered: 'b',
      messages: [{ finished: true }],
      cause: { errCode: 40007, code: 'content_refused' },
    })
  })

  it('RS-26 and is uncertain: a line break does not resolve it', async () => {
    const { seen, error } = await play([taken(), 'reset', CHANGED, CHANGED, taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'ab', 'ab■', '\n■'])
    expect(error).toMatchObject({ delivered: 'a', uncertain: 'b', messages: [{ text: 'a', finished: true }] })
  })

  it('RS-26 and cannot be ended either: at most three more calls', async () => {
    const { seen } = await play([taken(), CHANGED], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'a■', '\n■'])
  })
})

describe('what is left of a message', () => {
  it.each([[0], [undefined], [-1], [9_999_999]])(
    'RS-28 is not what the platform says: remain_msg_len %s',
    async (left) => {
      const piece = 'x'.repeat(87)
      const { result, stage } = await play(
        () => taken('s1', { remain_msg_len: left }),
        Array.from({ length: 8 }, () => piece),
      )
      expect(result).toMatchObject({
        kind: 'streamed',
        delivered: piece.repeat(8),
        messages: [{ id: 's1', mode: 'passive' }],
      })
      expect(new Set(numbersOf(stage))).toEqual(new Set([1]))
    },
  )

  it('RS-28 is what the bot chooses, in characters or in bytes', async () => {
    const most = async (maxLength: StreamOptions['maxLength']): Promise<readonly string[]> => {
      const { result } = await play(() => taken('s'), ['字'.repeat(250), '字'.repeat(250)], { maxLength })
      return result?.messages.map(({ text }) => text) ?? []
    }
    expect((await most(200)).map(({ length }) => length)).toEqual([200, 200, 100])
    expect((await most({ bytes: 900 })).map(({ length }) => length)).toEqual([300, 200])
    expect(await most(undefined)).toEqual(['字'.repeat(500)])
  })
})

it('RS-36 blanks that would fill a message are left out, and what follows is not lost', async () => {
  const text = `${' '.repeat(250)}hi`
  const { seen, result } = await play(() => taken('s'), [text], { maxLength: 100 })
  expect(seen).toEqual([`${' '.repeat(50)}hi`, `${' '.repeat(50)}hi■`])
  expect(result).toMatchObject({ kind: 'streamed', delivered: text, messages: [{ text: seen[0] }] })
  const busy = ({ path }: { readonly path: string }): Reply =>
    path.endsWith('stream_messages') ? BUSY : sent('m1')
  const ordinary = await play(busy, ['-', text.slice(1)], { maxLength: 100 })
  expect(ordinary.seen.slice(-2)).toEqual([
    expect.stringMatching(/^\[- +\]$/),
    expect.stringMatching(/^\[ +hi\]$/),
  ])
})

describe('the life of a message', () => {
  it('RS-27 is eight minutes: then it is ended, and the next message continues the text', async () => {
    const { result, stage } = await play(() => taken('s'), seconds(12 * 60))
    expect(result).toMatchObject({ kind: 'streamed', delivered: seconds(12 * 60).join('') })
    expect(result?.messages.map(({ finished, mode }) => [finished, mode])).toEqual([
      [true, 'passive'],
      [true, 'passive'],
    ])
    // Both end behind a word.
    expect(result?.messages.map(({ text }) => text.endsWith(' '))).toEqual([true, true])
    expect(new Set(numbersOf(stage))).toEqual(new Set([1, 62_001]))
  })

  it('RS-27 is an option, and ends on time without further text', async () => {
    const stage = restHarness(() => taken('s'))
    const stream = stage.rest.openStream(C2C, { ...OPTIONS, maxAge: 30_000 })
    stream.write('a')
    await stage.clock.advance(29_900)
    expect(wire(stage)).toEqual(['a'])
    await stage.clock.advance(200)
    expect(wire(stage)).toEqual(['a', 'a■'])
    stream.write('b')
    await stage.settle(stream.end())
    expect(wire(stage)).toEqual(['a', 'a■', 'b■'])
    expect(stage.clock.pending).toBe(0)
  })

  it('RS-27 can be left to the platform', async () => {
    const { result } = await play(() => taken('s'), seconds(20 * 60), { maxAge: Infinity })
    expect(result?.messages).toHaveLength(1)
  })

  it.each([
    ['a refusal', { status: 400, body: { code: 40034999, err_code: 40034999, message: OVER } }],
    ['the code of an index', { status: 404, body: { code: 40006, message: OVER } }],
    ['an expired anchor', { status: 400, body: { code: 40034005, message: OVER } }],
    ['a fault of the server', { status: 500, body: { message: OVER } }],
    ['too fast', { status: 429, body: { code: 50002, message: OVER } }],
    ['no code', { status: 400, body: { message: OVER } }],
    ['a good status with a code', { status: 200, body: { code: 7, message: OVER } }],
    ['a good status', { status: 200, body: { message: OVER } }],
    ['a good status with the id', { status: 200, body: { id: 's1', message: OVER } }],
  ] satisfies readonly (readonly [string, Reply])[])(
    'RS-27 is over: the chunk landed, no repeat, no closing frame, the rest in a new message: %s',
    async (_what, reply) => {
      const { seen, result, stage } = await play([taken('s1'), reply, taken('s2')], ['a', 'b', 'c'])
      expect(seen).toEqual(['a', 'ab', 'c', 'c■'])
      expect(numbersOf(stage)).toEqual([1, 1, 62_001, 62_001])
      expect(result).toMatchObject({
        kind: 'streamed',
        delivered: 'abc',
        messages: [
          { id: 's1', text: 'ab', finished: false },
          { id: 's2', text: 'c', finished: true },
        ],
      })
    },
  )

  it('RS-27 is over, and that answer is lost: its repeat gets 40006, which means the same', async () => {
    let late = 0
    const stage = restHarness(({ body }): Reply => {
      const { input_state: state } = body as { readonly input_state: number }
      if (stage.clock.now() < 600_000 || state === 10) return taken()
      late += 1
      return late === 1 ? 'reset' : late === 2 ? STALE_INDEX : { status: 400, body: { message: OVER } }
    })
    const stream = stage.rest.openStream(C2C, { ...OPTIONS, maxAge: Infinity })
    stream.write('a')
    await stage.clock.advance(600_100)
    stream.write('b')
    await stage.clock.advance(100)
    stream.write('c')
    const result = await stage.settle(stream.end())
    // The end of a message that is over holds no text, so that none is lost whatever becomes of it.
    expect(wire(stage)).toEqual(['a', 'ab', 'ab', 'ab■', 'c■'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'abc' })
  })

  it('RS-27 is over with the final chunk: finished', async () => {
    const { seen, result } = await play([taken('s1'), { status: 500, body: { message: OVER } }], ['a'])
    expect(seen).toEqual(['a', 'a■'])
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ text: 'a', finished: true }] })
  })

  it('RS-27 is over while it is being aborted: no closing frame', async () => {
    const stage = restHarness([taken(), { status: 400, body: { message: OVER } }])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(550)
    stream.write('b')
    const aborting = stream.abort()
    expect(await stage.settle(aborting)).toMatchObject({ messages: [{ finished: true }] })
    expect(wire(stage)).toEqual(['a', 'a■'])
  })
})

describe('a first chunk whose answer is lost', () => {
  it('RS-30 had landed: the rest goes into a new message under a new number', async () => {
    const { seen, result, stage } = await play(['reset', DUPLICATE, taken('s2')], ['a', 'b', 'c'])
    expect(seen).toEqual(['a', 'a', 'b', 'bc', 'bc■'])
    expect(numbersOf(stage)).toEqual([1, 1, 62_001, 62_001, 62_001])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'abc',
      messages: [
        { kind: 'streamed', id: null, text: 'a', finished: false },
        { kind: 'streamed', id: 's2', text: 'bc', finished: true },
      ],
    })
  })

  it('RS-30 had landed and blocks the user: the rest goes out as one ordinary message', async () => {
    const script = (request: { readonly path: string }, index: number): Reply => {
      if (!request.path.endsWith('stream_messages')) return sent('m1')
      return index === 0 ? 'reset' : index === 1 ? DUPLICATE : BUSY
    }
    const { seen, result, stage } = await play(script, ['a', 'b', 'c'])
    expect(seen).toEqual(['a', 'a', 'b', 'b', 'bc■', 'bc■', '[bc]'])
    expect(numbersOf(stage)).toEqual([1, 1, 62_001, 62_001, 62_001, 62_001, 62_016])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'abc',
      messages: [
        { id: null, text: 'a' },
        { kind: 'sent', id: 'm1', text: 'bc', mode: 'passive', finished: true },
      ],
    })
  })

  it.each([true, false])(
    'RS-30 and whose repeat is told to have a stale index: the number tells whether it stands there (%s)',
    async (landed) => {
      let messages = 0
      const script = ({ path }: { readonly path: string }, index: number): Reply => {
        if (path.endsWith('stream_messages')) return index === 0 ? 'reset' : STALE_INDEX
        messages += 1
        return landed && messages === 1 ? DUPLICATE : sent('m1')
      }
      const { seen, result } = await play(script, ['a', 'b'])
      expect(seen).toEqual(landed ? ['a', 'a', '[ab]', '[b]'] : ['a', 'a', '[ab]'])
      expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
    },
  )

  it('RS-30 that is proactive is not repeated: the platform would not recognise it', async () => {
    const { seen, error } = await play(['reset', taken()], ['a', 'b'], { anchor: null })
    expect(seen).toEqual(['a'])
    expect(error).toMatchObject({ delivered: '', uncertain: 'a' })
  })
})

describe('a user who has an open stream', () => {
  /** An endpoint that says so a few times, then no more. */
  const busyFor = (times: number) => {
    let left = times
    return ({ path }: { readonly path: string }): Reply => {
      if (!path.endsWith('stream_messages')) return sent('m1')
      left -= 1
      return left >= 0 ? BUSY : taken('s1')
    }
  }

  it('RS-29 is waited for', async () => {
    const { result, stage } = await play(busyFor(2), ['a', 'b', 'c', 'd'])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'abcd',
      messages: [{ kind: 'streamed', text: 'abcd' }],
    })
    expect(new Set(numbersOf(stage))).toEqual(new Set([1]))
  })

  it('RS-29 not for longer than 5 s: then it is one ordinary message with the whole text', async () => {
    const { seen, result, stage } = await play(busyFor(99), seconds(8))
    // At once, and after 1, 3 and 5 s.
    expect(seen).toEqual(['0 ', '0 ', '0 1 2 ', '0 1 2 3 4 ', `[${seconds(8).join('')}]`])
    expect(numbersOf(stage)).toEqual([1, 1, 1, 1, 62_016])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: seconds(8).join(''),
      messages: [{ kind: 'sent', id: 'm1', mode: 'passive', finished: true }],
    })
    expect(result?.steps.at(-1)).toMatchObject({ kind: 'fallback', name: 'one_message', errCode: 40034021 })
  })

  it('RS-29 may be this stream, whose first answer was lost: the number tells, and no text is doubled', async () => {
    const script = (landed: boolean) => {
      let message = 0
      return ({ path }: { readonly path: string }, index: number): Reply => {
        if (path.endsWith('stream_messages')) return index === 0 ? 'reset' : BUSY
        message += 1
        return landed && message === 1 ? DUPLICATE : sent(`m${message}`)
      }
    }
    const landed = await play(script(true), ['a', 'b', 'c'])
    expect(landed.seen).toEqual(['a', 'a', 'a', 'a', 'a', '[abc]', '[bc]'])
    expect(numbersOf(landed.stage)).toEqual([1, 1, 1, 1, 1, 1, 62_016])
    expect(landed.result).toMatchObject({
      kind: 'streamed',
      delivered: 'abc',
      messages: [
        { kind: 'streamed', id: null, text: 'a' },
        { kind: 'sent', text: 'bc' },
      ],
    })
    const not = await play(script(false), ['a', 'b', 'c'])
    expect(not.seen).toEqual(['a', 'a', 'a', 'a', 'a', '[abc]'])
    expect(not.result).toMatchObject({ kind: 'streamed', messages: [{ kind: 'sent', text: 'abc' }] })
  })

  it('RS-29 RS-41 on a replayed delivery: it may be its own incomplete stream, so the whole text is sent once', async () => {
    for (const first of ['lost', 'busy']) {
      const script = ({ path }: { readonly path: string }, index: number): Reply => {
        if (path.endsWith('stream_messages')) return first === 'lost' && index === 0 ? 'reset' : BUSY
        return sent('m1')
      }
      const { seen, result, stage } = await play(script, ['a'], { replayed: true })
      expect(seen.at(-1)).toBe('[a]')
      expect(numbersOf(stage).at(-1)).toBe(62_016)
      expect(result).toMatchObject({ kind: 'streamed', messages: [{ kind: 'sent', id: 'm1', text: 'a' }] })
    }
  })

  it('RS-29 does not slow down the streams of others', async () => {
    const times: number[] = []
    const stage: RestHarness = restHarness(({ path, body }) => {
      if (path.includes('busy')) return BUSY
      if (path.endsWith('stream_messages')) times.push(stage.clock.now())
      return 'content_raw' in (body as object) ? taken() : sent('m1')
    })
    const busy = stage.rest.openStream({ scene: 'c2c', id: 'busy' }, OPTIONS)
    busy.write('x')
    const stream = stage.rest.openStream(C2C, OPTIONS)
    for (const piece of seconds(10)) {
      stream.write(piece)
      await stage.clock.advance(500)
    }
    await stage.settle(stream.end())
    await stage.settle(busy.abort())
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(new Set(gaps)).toEqual(new Set([500]))
  })

  it('RS-29 in this client: the second stream waits, then streams itself', async () => {
    const stage = restHarness(() => taken('s'))
    const first = stage.rest.openStream(C2C, OPTIONS)
    first.write('one')
    await stage.clock.advance(100)
    const second = stage.rest.openStream(C2C, OPTIONS)
    second.write('two')
    await stage.clock.advance(3000)
    expect(wire(stage)).toEqual(['one'])
    await stage.settle(first.end())
    await stage.clock.advance(100)
    expect(wire(stage)).toEqual(['one', 'one■', 'two'])
    await stage.settle(second.end())
    expect(wire(stage).at(-1)).toBe('two■')
    expect(stage.clock.pending).toBe(0)
  })

  it('RS-29 in this client: not for longer than 5 s; another user does not wait', async () => {
    const stage = restHarness(({ path }) => (path.endsWith('stream_messages') ? taken('s') : sent('m1')))
    const first = stage.rest.openStream(C2C, OPTIONS)
    first.write('one')
    await stage.clock.advance(100)
    const second = stage.rest.openStream(C2C, { anchor: { msgId: 'other' } })
    second.write('two')
    const other = stage.rest.openStream({ scene: 'c2c', id: 'somebody' }, OPTIONS)
    other.write('three')
    await stage.clock.advance(5100)
    expect(wire(stage)).toEqual(['one', 'three'])
    second.write(' and more')
    const result: StreamResult = await stage.settle(second.end())
    expect(wire(stage).at(-1)).toBe('[two and more]')
    expect(stage.calls.at(-1)?.body).toMatchObject({ msg_id: 'other', msg_seq: 62_016 })
    expect(result).toMatchObject({
      kind: 'streamed',
      messages: [{ kind: 'sent', id: 'm1', text: 'two and more' }],
      steps: [{ kind: 'fallback', name: 'one_message', errCode: null }],
    })
    await stage.settle(Promise.all([first.end(), other.end()]))
    expect(stage.clock.pending).toBe(0)
  })

  it('RS-29 in this client: one that is aborted while it waits leaves the queue', async () => {
    const stage = restHarness(() => taken('s'))
    const [first, second, third] = [1, 2, 3].map(() => stage.rest.openStream(C2C, OPTIONS))
    for (const stream of [first, second, third]) stream?.write('x')
    await stage.clock.advance(100)
    expect(await second?.abort()).toMatchObject({ kind: 'aborted', undelivered: 'x' })
    await stage.settle(first?.end() ?? Promise.reject(new Error('none')))
    await stage.settle(third?.end() ?? Promise.reject(new Error('none')))
    expect(wire(stage)).toEqual(['x', 'x■', 'x', 'x■'])
    expect(stage.clock.pending).toBe(0)
  })

  it('RS-29 one chunk is in flight at a time', async () => {
    let busy = 0
    let most = 0
    const stage: RestHarness = restHarness(async () => {
      busy += 1
      most = Math.max(most, busy)
      await new Promise<void>((resolve) => void stage.clock.setTimer(1700, resolve))
      busy -= 1
      return taken()
    })
    const stream = stage.rest.openStream(C2C, OPTIONS)
    for (const piece of seconds(10)) {
      stream.write(piece)
      await stage.clock.advance(1000)
    }
    await stage.settle(stream.end())
    expect(most).toBe(1)
  })

  it('RS-29 a chunk that is still processed blocks the next one, which waits and is repeated', async () => {
    const { seen, result, stage } = await play([taken(), BUSY, BUSY, taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'ab', 'ab', 'ab■'])
    expect(indexesOf(stage)).toEqual([0, 1, 1, 1, 2])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
  })
})

describe('the pace', () => {
  it.each([
    ['50002', failure(50002, 'stream frequency', 400)],
    ['429', { status: 429, body: {} } satisfies Reply],
  ])('RS-26 RS-08 waits 1, 2, 4 s after %s', async (_what, reply) => {
    const times: number[] = []
    const stage: RestHarness = restHarness((_request, index) => {
      times.push(stage.clock.now())
      return index >= 1 && index <= 4 ? reply : taken()
    })
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(0)
    expect(await stage.settle(stream.end('b'))).toMatchObject({ delivered: 'ab' })
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(gaps.slice(1, 5)).toEqual([1000, 2000, 4000, 4000])
  })

  it('RS-08 ends if the platform asks for a longer wait than a stream allows', async () => {
    const patience: Reply = { status: 429, body: {}, headers: { 'retry-after': '600' } }
    const { seen, error } = await play([taken(), patience, taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab'])
    expect(error).toMatchObject({ undelivered: 'b', cause: { retryAfter: 600_000 } })
  })

  it('RS-26 a system error is repeated once, no more', async () => {
    const { seen, error } = await play([taken(), failure(11242)], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'ab', ...seen.slice(3)])
    expect(seen.filter((text) => text === 'ab')).toHaveLength(2)
    expect(error).toMatchObject({ cause: { errCode: 11242 } })
  })
})

describe('a proactive stream', () => {
  it('RS-29 is proactive, has no number, and says so', async () => {
    const { stage, result } = await play(() => taken('s'), ['a', 'b'], { anchor: null })
    for (const body of chunksOf(stage.calls)) {
      expect(body).not.toHaveProperty('msg_id')
      expect(body).not.toHaveProperty('msg_seq')
    }
    expect(result).toMatchObject({ messages: [{ mode: 'proactive', text: 'ab' }] })
  })

  it('RS-29 becomes an ordinary proactive message', async () => {
    const { stage, seen } = await play(
      ({ path }) => (path.endsWith('stream_messages') ? BUSY : sent('m1')),
      ['a'],
      { anchor: null },
    )
    expect(seen.at(-1)).toBe('[a]')
    expect(stage.calls.at(-1)?.body).toEqual({ content: 'a', msg_type: 0 })
  })
})

describe('the replies that a stream has taken', () => {
  it('BT-06 count one per message, from the first chunk on', async () => {
    const stage = restHarness(() => taken('s'))
    const stream = stage.rest.openStream(C2C, { anchor: ANCHOR, maxLength: 100 })
    expect(stream.replies).toBe(0)
    stream.write('a')
    await stage.clock.advance(10)
    expect(stream.replies).toBe(1)
    await stage.settle(stream.end('x'.repeat(150)))
    expect(stream.replies).toBe(2)
  })
})
