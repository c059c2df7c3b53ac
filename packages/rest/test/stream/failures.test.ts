import { describe, expect, it } from 'vitest'

import { chunksOf, taken } from '../support/fake-endpoint.js'
import { C2C, OPTIONS, play, wire } from '../support/play-stream.js'
import { restHarness, failure, sent } from '../support/rest-harness.js'
import type { Reply } from '../support/scripted-dispatcher.js'

const EXPIRED = failure(40034005, '回复消息msg_id已过期')
const DUPLICATE = failure(40054005, '消息被去重')

describe('an answer that is lost', () => {
  it('RS-05 a chunk is repeated unchanged: text is neither lost nor doubled', async () => {
    const { seen, result, stage } = await play([taken(), 'reset', taken(), taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'ab', 'ab■'])
    expect(chunksOf(stage.calls).map(({ index }) => index)).toEqual([0, 1, 1, 2])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
  })

  it('RS-05 a first chunk that had arrived stays alone, and the next message continues the text', async () => {
    const { seen, result, stage } = await play(
      ['reset', DUPLICATE, taken('s2'), taken('s2')],
      ['a', 'b', 'c'],
    )
    expect(seen.slice(0, 4)).toEqual(['a', 'a', 'b', 'bc'])
    expect(chunksOf(stage.calls).map(({ msg_seq: seq }) => seq)).toEqual([1, 1, 62_001, 62_001, 62_001])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'abc',
      messages: [
        { id: null, text: 'a', finished: false },
        { id: 's2', text: 'bc', finished: true },
      ],
    })
  })

  it('RS-05 a first chunk that was also the end is complete', async () => {
    const stage = restHarness(['reset', DUPLICATE])
    const result = await stage.settle(stage.rest.stream(C2C, ['hi'], OPTIONS))
    expect(wire(stage)).toEqual(['hi■', 'hi■'])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'hi',
      messages: [{ id: null, finished: true }],
    })
  })

  it('RS-05 an answer without an id counts as lost', async () => {
    const { seen } = await play([{ status: 200, body: { timestamp: 1 } }, taken('s2')], ['a', 'b'])
    expect(seen).toEqual(['a', 'b', 'b■'])
  })

  it('BT-06 of the final chunk changes nothing', async () => {
    const { seen, result } = await play([taken(), 'reset', failure(40034024)], ['a'])
    expect(seen).toEqual(['a', 'a■', 'a■'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'a', messages: [{ finished: false }] })
  })

  it('RS-03 fails until the delivery stays unknown: the error names the text', async () => {
    const { seen, error } = await play([taken(), 'reset'], ['a', 'b', 'c'])
    // Fifteen attempts after the one that opened the message, and five to end it.
    expect(seen).toEqual(['a', ...Array(15).fill('ab'), ...Array(5).fill('ab■')])
    expect(error).toMatchObject({
      code: 'stream_incomplete',
      message: expect.stringContaining('1 characters were delivered, 1 were not, 1 may have been'),
      delivered: 'a',
      uncertain: 'b',
      undelivered: 'c',
      advice: { zh: expect.any(String) },
      cause: { code: 'no_answer' },
    })
  })

  it('BT-06 an outage causes only a pause', async () => {
    const down: Reply[] = Array.from({ length: 12 }, () => 'refused')
    const { seen, result } = await play([taken(), ...down, taken()], ['a', 'b', 'c'])
    expect(seen.at(-1)).toBe('abc■')
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'abc' })
  })

  it('BT-06 an internal error of the stream is repeated', async () => {
    const { result } = await play([taken(), failure(50001, 'internal', 200), taken()], ['a', 'b'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'ab' })
  })
})

describe('an anchor that dies', () => {
  it('RS-01 in the middle: the rest is sent as one proactive message, after the source has ended', async () => {
    const { seen, result, stage } = await play([taken(), EXPIRED, EXPIRED, sent('m1')], ['a', 'b', 'c', 'd'])
    expect(seen).toEqual(['a', 'ab', 'a■', '[bcd]'])
    expect(stage.calls.at(-1)?.body).toEqual({ content: 'bcd', msg_type: 0 })
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'abcd',
      undelivered: '',
      messages: [
        { id: 'stream-1', text: 'a', mode: 'passive', finished: false },
        { id: 'm1', text: 'bcd', mode: 'proactive', finished: true },
      ],
      steps: [{ kind: 'fallback', name: 'proactive', errCode: 40034005 }],
    })
    expect(stage.records.filter(({ event }) => event === 'rest.fallback')).toHaveLength(1)
  })

  it('RS-01 before the first chunk: all of it is one proactive message', async () => {
    const { seen, result } = await play([failure(40034128), sent('m1')], ['a', 'b'])
    expect(seen).toEqual(['a', '[ab]'])
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ mode: 'proactive' }] })
  })

  it('RS-01 at the end: no text is missing', async () => {
    const { seen, result } = await play([taken(), EXPIRED], ['a'])
    expect(seen).toEqual(['a', 'a■'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'a', messages: [{ finished: false }] })
  })

  it('RS-02 RS-03 a proactive message is tried once: refused, or unknown', async () => {
    const refused = await play([taken(), EXPIRED, EXPIRED, failure(40034105)], ['a', 'b'])
    expect(refused.seen).toEqual(['a', 'ab', 'a■', '[b]'])
    expect(refused.error).toMatchObject({
      delivered: 'a',
      uncertain: '',
      undelivered: 'b',
      cause: { code: 'proactive_refused', cause: { errCode: 40034005 } },
    })
    const lost = await play([taken(), EXPIRED, EXPIRED, 'reset'], ['a', 'b'])
    expect(lost.seen).toEqual(['a', 'ab', 'a■', '[b]'])
    expect(lost.error).toMatchObject({ delivered: 'a', uncertain: 'b', undelivered: '' })
  })

  it('RS-03 after a chunk with unknown delivery: no fallback', async () => {
    const { seen, error } = await play([taken(), 'reset', EXPIRED], ['a', 'b', 'c'])
    // Ended with the longest text that may stand there: anything shorter would rewrite it.
    expect(seen).toEqual(['a', 'ab', 'ab', 'ab■'])
    expect(error).toMatchObject({
      delivered: 'a',
      uncertain: 'b',
      undelivered: '',
      cause: { errCode: 40034005 },
    })
  })

  it('RS-01 the chain can be switched off', async () => {
    const { seen, error } = await play([taken(), EXPIRED], ['a', 'b'], {}, { fallbacks: [] })
    expect(seen).toEqual(['a', 'ab', 'a■'])
    expect(error).toMatchObject({ delivered: 'a', undelivered: 'b' })
  })

  it('RS-03 on a replayed delivery there is no proactive message', async () => {
    const { seen, error } = await play([EXPIRED], ['a'], { replayed: true })
    expect(seen).toEqual(['a'])
    expect(error).toMatchObject({ delivered: '', undelivered: 'a' })
  })

  it('RS-01 keeps its source until that has ended', async () => {
    const stage = restHarness([taken(), EXPIRED, EXPIRED, sent('m1')])
    const source = async function* (): AsyncGenerator<string> {
      for (const piece of 'abcdefgh') {
        await new Promise<void>((resolve) => void stage.clock.setTimer(400, resolve))
        yield piece
      }
    }
    const result = await stage.settle(stage.rest.stream(C2C, source(), OPTIONS))
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'abcdefgh' })
    expect(wire(stage)).toEqual(['a', 'ab', 'a■', '[bcdefgh]'])
  })

  it('BT-06 aborted while its message is being ended: nothing more is sent', async () => {
    const stage = restHarness([taken(), EXPIRED])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(100)
    stream.write('b')
    await stage.clock.advance(450)
    const ending = stream.abort()
    expect(await stage.settle(ending)).toMatchObject({ kind: 'aborted', delivered: 'a', undelivered: 'b' })
    expect(wire(stage)).toEqual(['a', 'ab', 'a■'])
  })

  it('BT-06 aborted while text is collected: nothing more is sent', async () => {
    const stage = restHarness([taken(), EXPIRED])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    for (const piece of ['a', 'b', 'c']) {
      stream.write(piece)
      await stage.clock.advance(1000)
    }
    expect(await stream.abort()).toMatchObject({ kind: 'aborted', delivered: 'a', undelivered: 'bc' })
    expect(wire(stage)).toEqual(['a', 'ab', 'a■'])
  })
})

describe('a number that is taken', () => {
  it('RS-41 on a replayed delivery: the whole text of a stream that an earlier run began is sent as an ordinary message', async () => {
    const { seen, result, stage } = await play([DUPLICATE, sent('m1')], ['a', 'b'], { replayed: true })
    expect(seen).toEqual(['a', '[ab]'])
    expect(stage.calls.at(-1)?.body).toMatchObject({ msg_seq: 62_016 })
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'ab',
      messages: [{ kind: 'sent', id: 'm1', text: 'ab', finished: true }],
      steps: [{ kind: 'fallback', name: 'stream_cut', errCode: 40054005 }],
    })
    expect(stage.records).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'rest.stream_cut', errCode: 40054005 }),
    )
  })

  it('RS-41 and goes out once, however many runs there are', async () => {
    const { seen, result } = await play([DUPLICATE], ['a', 'b'], { replayed: true })
    expect(seen).toEqual(['a', '[ab]'])
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: 'ab',
      messages: [{ kind: 'sent', id: null }],
    })
  })

  it('RS-41 that another process streams is not added to', async () => {
    const { seen, result } = await play([DUPLICATE], ['a', 'b'], { shared: true })
    expect(seen).toEqual(['a'])
    expect(result).toMatchObject({ kind: 'duplicate', delivered: '' })
  })

  it('RS-40 otherwise the next two are tried, then random ones, five calls in all', async () => {
    const { result, stage } = await play([DUPLICATE, taken()], ['a'])
    expect(chunksOf(stage.calls).map(({ msg_seq: seq }) => seq)).toEqual([1, 2, 2])
    expect(result).toMatchObject({ kind: 'streamed', steps: [{ kind: 'next_seq', from: 1, to: 2 }] })
    const twice = await play([DUPLICATE], ['a'])
    expect(chunksOf(twice.stage.calls).map(({ msg_seq: seq }) => seq)).toEqual([1, 2, 3, 63_000, 63_000])
    expect(twice.error).toMatchObject({ undelivered: 'a', cause: { errCode: 40054005 } })
  })
})

describe('a refusal', () => {
  it('BT-06 ends the message with the delivered text, and reports the rest', async () => {
    const { seen, error, stage } = await play([taken(), failure(40034006), taken()], ['a', 'b'])
    expect(seen).toEqual(['a', 'ab', 'a■'])
    expect(error).toMatchObject({
      delivered: 'a',
      undelivered: 'b',
      messages: [{ id: 'stream-1', text: 'a', finished: true }],
      cause: { code: 'content_refused' },
    })
    expect(stage.records.at(-1)).toMatchObject({ event: 'rest.stream_failed', level: 'warn', delivered: 1 })
  })

  it('BT-06 of the first chunk leaves no message to end', async () => {
    const { seen, error } = await play([failure(11253, 'no', 401)], ['a', 'b'])
    expect(seen).toEqual(['a'])
    expect(error).toMatchObject({ delivered: '', uncertain: '', undelivered: 'a' })
  })

  it('BT-06 stops the source', async () => {
    const stage = restHarness([failure(40034006)])
    const seen = { pieces: 0, closed: false }
    const source = async function* (): AsyncGenerator<string> {
      try {
        for (;;) {
          await new Promise<void>((resolve) => void stage.clock.setTimer(100, resolve))
          seen.pieces += 1
          yield 'x'
        }
      } finally {
        seen.closed = true
      }
    }
    await expect(stage.settle(stage.rest.stream(C2C, source(), OPTIONS))).rejects.toMatchObject({
      code: 'stream_incomplete',
    })
    await stage.clock.advance(1000)
    expect(seen).toEqual({ pieces: 2, closed: true })
  })

  it('BT-06 for a missing line break is repeated with one', async () => {
    const wanting = failure(40034011, '流式消息md分片需要\n结束')
    const { seen, result } = await play([taken(), wanting, taken()], ['# a'], { contentType: 'markdown' })
    expect(seen).toEqual(['# a', '# a■', '# a\n■'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: '# a', messages: [{ finished: true }] })
    const never = await play([taken(), wanting], ['# a'], { contentType: 'markdown' })
    expect(never.seen).toEqual(['# a', '# a■', '# a\n■'])
    expect(never.result).toMatchObject({ kind: 'streamed', messages: [{ finished: false }] })
  })

  it('BT-06 by an interceptor says nothing about delivery', async () => {
    const stage = restHarness([taken()])
    stage.rest.use(() => Promise.reject(new Error('mine')))
    await expect(stage.settle(stage.rest.stream(C2C, ['a'], OPTIONS))).rejects.toMatchObject({
      uncertain: 'a',
      cause: { code: 'stage_failed', cause: { message: 'mine' } },
    })
  })
})

describe('a text that is too long for one message', () => {
  it('BT-06 continues in the next message, at a sensible place', async () => {
    const { seen, result, stage } = await play(
      [taken('s1'), taken('s1'), taken('s2')],
      [`${'first line, '.repeat(8)}\n`, 'second line here and more'],
      { maxLength: 100 },
    )
    expect(seen.at(-1)).toBe('second line here and more■')
    expect(result?.messages.map(({ text }) => text)).toEqual([
      `${'first line, '.repeat(8)}\n`,
      'second line here and more',
    ])
    expect(new Set(chunksOf(stage.calls).map(({ msg_seq: seq }) => seq))).toEqual(new Set([1, 62_001]))
  })

  it('BT-06 as the platform refuses it', async () => {
    const { seen, result } = await play(
      [taken('s1'), failure(40054007), taken('s1'), taken('s2')],
      ['a', 'b'],
    )
    expect(seen).toEqual(['a', 'ab', 'a■', 'b', 'b■'])
    expect(result).toMatchObject({ delivered: 'ab', messages: [{ text: 'a' }, { text: 'b' }] })
  })

  it('BT-06 halves a text that is refused at once, but not for ever', async () => {
    const half = await play([failure(40054007), taken('s1'), taken('s1'), taken('s2')], ['x'.repeat(200)])
    expect(half.seen.map((text) => text.length)).toEqual([200, 101, 100, 101])
    const never = await play([failure(40054018)], ['x'.repeat(200)])
    expect(never.seen.map((text) => text.length)).toEqual([200, 101, 51])
    expect(never.error).toMatchObject({ undelivered: 'x'.repeat(200) })
  })

  it('BT-06 of which only the end is refused stays unchanged', async () => {
    const { seen, result } = await play([taken(), failure(40054007)], ['a'])
    expect(seen).toEqual(['a', 'a■'])
    expect(result).toMatchObject({ kind: 'streamed', delivered: 'a', messages: [{ finished: false }] })
  })

  it('BT-06 keeps code blocks whole', async () => {
    const code = Array.from({ length: 12 }, (_, line) => `const x${line} = ${line}\n`).join('')
    const { result, stage } = await play([taken()], [`Look:\n\`\`\`ts\n${code}\`\`\`\nDone`], {
      contentType: 'markdown',
      maxLength: 200,
    })
    expect(result?.messages.length).toBeGreaterThan(1)
    const finals = chunksOf(stage.calls).filter(({ input_state: state }) => state === 10)
    for (const { content_raw: text } of finals) {
      expect(text.length).toBeLessThanOrEqual(200)
      expect((text.match(/```/g)?.length ?? 0) % 2).toBe(0)
    }
    expect(finals[1]?.content_raw).toMatch(/^```ts\n/)
  })

  it('BT-06 past the last reply: the rest is one proactive message', async () => {
    const { seen, result } = await play(
      [taken('s1'), taken('s1'), taken('s1'), failure(40034128), sent('m1')],
      ['x'.repeat(100), 'y'.repeat(30)],
      { maxLength: 100 },
    )
    expect(seen.at(-1)).toBe(`[${'y'.repeat(30)}]`)
    expect(result?.messages.map(({ mode }) => mode)).toEqual(['passive', 'proactive'])
  })
})
