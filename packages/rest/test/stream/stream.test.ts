import { describe, expect, it } from 'vitest'

import { StreamError } from '../../src/index.js'
import { mention } from '../../src/text/index.js'
import { chunksOf, taken } from '../support/fake-endpoint.js'
import { ANCHOR, restHarness, failure, sent, type RestHarness } from '../support/rest-harness.js'
import type { Answer } from '../support/scripted-dispatcher.js'

const C2C = { scene: 'c2c', id: 'E4F4AEA33253A2797FB897C50B81D7ED' } as const
const OPTIONS = { anchor: ANCHOR }

const textsOf = ({ calls }: RestHarness): readonly string[] =>
  chunksOf(calls).map(({ content_raw: text, input_state: state }) => (state === 10 ? `${text}■` : text))

/** A source that yields at the pace of a clock. */
async function* ticking(
  { clock }: RestHarness,
  pieces: readonly string[],
  ms: number,
): AsyncGenerator<string> {
  for (const piece of pieces) {
    await new Promise<void>((resolve) => void clock.setTimer(ms, resolve))
    yield piece
  }
}

describe('a stream', () => {
  it('BT-14 writes mentions in the form that was chosen', async () => {
    const stage = restHarness([taken()], { mentionForm: '<@id>' })
    const stream = stage.rest.openStream(C2C, { ...OPTIONS, contentType: 'markdown' })
    stream.write(`hello ${String(mention('A1'))}`)
    await stage.settle(stream.end())
    expect(textsOf(stage).at(-1)).toBe('hello <@A1>■')
  })

  it('BT-14 writes them so in a message that is edited as well', async () => {
    const { rest, calls } = restHarness([taken()], { mentionForm: '<@id>' })
    const content = `hello ${String(mention('A1'))}`
    await rest.api.messages.edit('1', 'm', { markdown: { content } })
    expect(calls[0]?.body).toEqual({ markdown: { content: 'hello <@A1>' } })
  })

  it.each([
    ['append', 'text', 'hello @Ann, look @Ann'],
    ['replace', 'text', 'hello @Ann, look @Ann'],
    ['append', 'markdown', `hello ${String(mention('A1'))}, look ${String(mention('A1'))}`],
  ] as const)('BT-14 never shows the markup of a mention: %s, %s', async (mode, contentType, shown) => {
    const stage = restHarness([taken()])
    const ann = String(mention('A1', { name: 'Ann' }))
    const stream = stage.rest.openStream(C2C, { ...OPTIONS, mode, contentType })
    const first = `hello ${ann}`
    stream.write(first)
    await stage.clock.advance(0)
    stream.write(mode === 'append' ? `, look ${ann}` : `${first}, look ${ann}`)
    expect((await stage.settle(stream.end())).delivered).toBe(shown)
    expect(textsOf(stage).at(-1)).toBe(`${shown}■`)
  })

  it.each(['append', 'replace'] as const)(
    'BT-14 nor half of it, wherever two writes cut it: %s',
    async (mode) => {
      const ann = String(mention('A1', { name: 'Ann' }))
      const text = `hi ${ann} a<b, x <`
      for (let cut = 0; cut <= text.length; cut += 1) {
        const stage = restHarness([taken()])
        const stream = stage.rest.openStream(C2C, { ...OPTIONS, mode })
        stream.write(text.slice(0, cut))
        await stage.clock.advance(1000)
        stream.write(mode === 'append' ? text.slice(cut) : text)
        expect((await stage.settle(stream.end())).delivered).toBe('hi @Ann a<b, x <')
        for (const shown of textsOf(stage)) expect(shown).not.toMatch(/<(?:@|q)/)
      }
    },
  )

  it('BT-06 grows chunk by chunk under one number, and ends with a chunk that adds nothing', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('Once')
    stream.write(' upon')
    await stage.clock.advance(0)
    expect(stream.delivered).toBe('Once upon')
    stream.write(' a')
    await stage.clock.advance(499)
    expect(chunksOf(stage.calls)).toHaveLength(1)
    await stage.clock.advance(1)
    const result = await stage.settle(stream.end(' time'))
    expect(result).toEqual({
      kind: 'streamed',
      delivered: 'Once upon a time',
      uncertain: '',
      undelivered: '',
      messages: [
        {
          kind: 'streamed',
          id: 'stream-1',
          refIdx: 'REFIDX_9',
          text: 'Once upon a time',
          mode: 'passive',
          finished: true,
        },
      ],
      steps: [],
    })
    const common = { input_mode: 'replace', content_type: 'text', msg_id: ANCHOR.msgId, msg_seq: 1 }
    const later = { ...common, stream_msg_id: 'stream-1' }
    expect(chunksOf(stage.calls)).toEqual([
      { ...common, input_state: 1, index: 0, content_raw: 'Once upon' },
      { ...later, input_state: 1, index: 1, content_raw: 'Once upon a' },
      { ...later, input_state: 1, index: 2, content_raw: 'Once upon a time' },
      { ...later, input_state: 10, index: 3, content_raw: 'Once upon a time' },
    ])
    expect(stage.calls[0]?.path).toBe(`/v2/users/${C2C.id}/stream_messages`)
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 a text that fits into one chunk is one call', async () => {
    const stage = restHarness([taken()])
    expect(await stage.settle(stage.rest.stream(C2C, ['a', 'b', 'c'], OPTIONS))).toMatchObject({
      kind: 'streamed',
      delivered: 'abc',
    })
    expect(textsOf(stage)).toEqual(['abc■'])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 takes the whole text so far, and refuses a different beginning before any request', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, { ...OPTIONS, mode: 'replace' })
    stream.write('Once upn')
    // Not sent yet: it may still change.
    stream.write('Once upon')
    await stage.clock.advance(0)
    expect(() => stream.write('Twice')).toThrow(/must begin with the 9 characters/)
    expect(() => stream.write('Once')).toThrow(/must begin/)
    stream.write('Once upon a time')
    await stage.settle(stream.end('Once upon a day'))
    expect(textsOf(stage)).toEqual(['Once upon', 'Once upon a day', 'Once upon a day■'])
  })

  it('BT-06 without text makes no request', async () => {
    const stage = restHarness([taken()])
    expect(await stage.settle(stage.rest.stream(C2C, [], OPTIONS))).toMatchObject({ kind: 'empty' })
    expect(await stage.settle(stage.rest.stream(C2C, ['', ' \n'], OPTIONS))).toMatchObject({
      kind: 'empty',
      undelivered: ' \n',
    })
    expect(stage.calls).toEqual([])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 a message is not opened with blanks', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('\n\n')
    await stage.clock.advance(1000)
    stream.write('hi')
    await stage.settle(stream.end())
    expect(textsOf(stage)).toEqual(['\n\nhi■'])
  })

  it('BT-06 no chunk ends in the middle of a character', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a\u{D83D}')
    await stage.clock.advance(0)
    stream.write('\u{DE00}')
    await stage.settle(stream.end())
    expect(textsOf(stage)).toEqual(['a', 'a😀', 'a😀■'])
  })

  it('BT-06 may reply to an event as well', async () => {
    const stage = restHarness([taken()])
    await stage.settle(stage.rest.stream(C2C, ['hi'], { anchor: { eventId: 'INTERACTION_CREATE:1' } }))
    expect(chunksOf(stage.calls)).toMatchObject([{ event_id: 'INTERACTION_CREATE:1', msg_seq: 1 }])
  })

  it('RS-05 has its number in call order', async () => {
    const stage = restHarness(({ path }) => (path.endsWith('stream_messages') ? taken() : sent()))
    const stream = stage.rest.openStream(C2C, OPTIONS)
    await stage.settle(stage.rest.send(C2C, 'second', OPTIONS))
    await stage.settle(stream.end('first'))
    expect(stage.calls.map(({ body }) => (body as { msg_seq: number }).msg_seq)).toEqual([2, 1])
  })

  it('BT-06 finds the text in the yielded pieces', async () => {
    const stage = restHarness([taken()])
    const pieces = [{ delta: 'a' }, { delta: null }, {}, { delta: 'b' }]
    const options = { ...OPTIONS, text: (piece: { delta?: string | null }) => piece.delta }
    expect(await stage.settle(stage.rest.stream(C2C, pieces, options))).toMatchObject({ delivered: 'ab' })
  })
})

describe('a source', () => {
  it('BT-06 that throws ends the message with its text so far', async () => {
    const stage = restHarness([taken()])
    const broken = new Error('out of tokens')
    const source = async function* (): AsyncGenerator<string> {
      yield* ticking(stage, ['a', 'b', 'c'], 300)
      throw broken
    }
    await expect(stage.settle(stage.rest.stream(C2C, source(), OPTIONS))).rejects.toBe(broken)
    expect(textsOf(stage)).toEqual(['a', 'ab', 'abc', 'abc■'])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 that hangs is closed on abort, and the message is ended with the delivered text', async () => {
    const stage = restHarness([taken()])
    const controller = new AbortController()
    const closed: string[] = []
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () =>
        ({
          index: 0,
          async next() {
            this.index += 1
            return this.index === 1 ? { done: false, value: 'a' } : new Promise(() => {})
          },
          async return() {
            closed.push('closed')
            return new Promise(() => {})
          },
        }) as AsyncIterator<string> & { index: number },
    }
    const streaming = stage.rest.stream(C2C, source, { ...OPTIONS, signal: controller.signal })
    await stage.clock.advance(100)
    controller.abort(new Error('enough'))
    await expect(streaming).rejects.toThrow('enough')
    expect(closed).toEqual(['closed'])
    expect(textsOf(stage)).toEqual(['a'])
    await stage.clock.advance(1000)
    expect(textsOf(stage)).toEqual(['a', 'a■'])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 may be a writing function or a generator function', async () => {
    const stage = restHarness([taken()])
    const writer = async (write: (text: string) => void): Promise<void> => {
      write('a')
      await Promise.resolve()
      write('b')
    }
    expect(await stage.settle(stage.rest.stream(C2C, writer, OPTIONS))).toMatchObject({ delivered: 'ab' })
    const generator = async function* (): AsyncGenerator<string> {
      yield 'c'
    }
    expect(await stage.settle(stage.rest.stream(C2C, generator, OPTIONS))).toMatchObject({ delivered: 'c' })
    const broken = new Error('writer')
    const failing = (write: (text: string) => void): void => {
      write('d')
      throw broken
    }
    await expect(stage.settle(stage.rest.stream(C2C, failing, OPTIONS))).rejects.toBe(broken)
    expect(textsOf(stage)).toEqual(['ab■', 'c■', 'd■'])
  })

  it('BT-06 that yields no strings is an error with a hint', async () => {
    const stage = restHarness([taken()])
    const numbers = [1, 2] as unknown as Iterable<string>
    await expect(stage.settle(stage.rest.stream(C2C, numbers, OPTIONS))).rejects.toMatchObject({
      path: 'source',
      hint: expect.stringContaining('text'),
    })
    await expect(stage.settle(stage.rest.stream(C2C, 7 as never, OPTIONS))).rejects.toMatchObject({
      path: 'source',
    })
    expect(stage.calls).toEqual([])
  })
})

describe('the end of a stream', () => {
  it('BT-06 comes by abort with the delivered text, and drops the rest', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(0)
    stream.write('b')
    expect(await stage.settle(stream.abort())).toMatchObject({
      kind: 'aborted',
      delivered: 'a',
      undelivered: 'b',
      messages: [{ finished: true }],
    })
    expect(textsOf(stage)).toEqual(['a', 'a■'])
    expect(() => stream.write('c')).toThrow(/has ended/)
    expect(await stream.end()).toMatchObject({ kind: 'aborted' })
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 comes by abort before anything is sent, without a request', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    expect(await stream.abort()).toMatchObject({ kind: 'aborted', delivered: '', undelivered: 'a' })
    expect(stage.calls).toEqual([])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 comes automatically when the stream goes out of scope', async () => {
    const stage = restHarness([taken()])
    const scope = async (): Promise<void> => {
      await using stream = stage.rest.openStream(C2C, OPTIONS)
      stream.write('a')
    }
    await stage.settle(scope())
    expect(textsOf(stage)).toEqual(['a■'])
  })

  it('BT-06 comes with the end of the client', async () => {
    const stage = restHarness([taken()])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(0)
    stream.write('b')
    await stage.settle(stage.rest.close())
    expect(textsOf(stage)).toEqual(['a', 'a■'])
    await expect(stream.end()).rejects.toMatchObject({
      code: 'stream_incomplete',
      delivered: 'a',
      undelivered: 'b',
      cause: { code: 'closed' },
    })
    expect(() => stream.write('c')).toThrow(StreamError)
    await expect(stage.rest.stream(C2C, ['x'], OPTIONS)).rejects.toMatchObject({ cause: { code: 'closed' } })
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-06 comes with the end of the client, whatever the platform does', async () => {
    const stage = restHarness(['hang'])
    const stream = stage.rest.openStream(C2C, OPTIONS)
    stream.write('a')
    await stage.clock.advance(0)
    await stage.settle(stage.rest.close({ timeout: 10 }))
    await expect(stream.end()).rejects.toMatchObject({ delivered: '', uncertain: 'a', undelivered: '' })
    expect(stage.clock.pending).toBe(0)
  })

  it('RS-13 an aborted signal opens nothing', () => {
    const stage = restHarness([taken()])
    const signal = AbortSignal.abort(new Error('too late'))
    expect(() => stage.rest.openStream(C2C, { ...OPTIONS, signal })).toThrow('too late')
  })
})

describe('the pace', () => {
  it('BT-06 keeps its distance from late answers', async () => {
    const late = async (clock: RestHarness['clock']): Promise<Answer> => {
      await new Promise<void>((resolve) => void clock.setTimer(450, resolve))
      return taken()
    }
    const times: number[] = []
    const stage: RestHarness = restHarness(() => {
      times.push(stage.clock.now())
      return { later: late(stage.clock) }
    })
    await stage.settle(
      stage.rest.stream(
        C2C,
        ticking(
          stage,
          Array.from({ length: 20 }, () => 'x'),
          100,
        ),
        OPTIONS,
      ),
    )
    expect(times.slice(0, 3)).toEqual([100, 850, 1600])
  })

  it('RS-08 slows down when the platform says so, and picks up again', async () => {
    const times: number[] = []
    const stage: RestHarness = restHarness((_request, index) => {
      times.push(stage.clock.now())
      return index === 1 ? failure(50002, 'stream frequency', 429) : taken()
    })
    const source = ticking(
      stage,
      Array.from({ length: 150 }, () => 'x'),
      100,
    )
    expect(await stage.settle(stage.rest.stream(C2C, source, OPTIONS))).toMatchObject({
      kind: 'streamed',
      delivered: 'x'.repeat(150),
      steps: [{ kind: 'retry', situation: 'limited', errCode: 50002 }],
    })
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    // The second one is the wait of the repeat.
    expect(gaps.slice(0, 6)).toEqual([500, 1000, 800, 640, 512, 500])
  })
})

describe('what is wrong with a stream', () => {
  it.each([
    ['a group', { scene: 'group', id: 'G' }, OPTIONS, 'target.scene'],
    ['a channel', { scene: 'channel', id: '1' }, OPTIONS, 'target.scene'],
    ['a channel DM', { scene: 'dm', id: '1' }, OPTIONS, 'target.scene'],
    ['no target', null, OPTIONS, 'target'],
    ['an id that changes the route', { scene: 'c2c', id: '..' }, OPTIONS, 'target.id'],
    ['no anchor', C2C, {}, 'anchor'],
    ['no options', C2C, undefined, 'options'],
    ['an anchor without an id', C2C, { anchor: { msgId: '' } }, 'anchor'],
    ['two anchors', C2C, { anchor: { msgId: 'a', eventId: 'b' } }, 'anchor'],
    ['a pace that the platform does not bear', C2C, { ...OPTIONS, throttle: 299 }, 'throttle'],
    ['a pace that is no number', C2C, { ...OPTIONS, throttle: Number.NaN }, 'throttle'],
    ['an unknown mode', C2C, { ...OPTIONS, mode: 'rewrite' }, 'mode'],
    ['an unknown type', C2C, { ...OPTIONS, contentType: 'html' }, 'contentType'],
    ['no room', C2C, { ...OPTIONS, maxLength: 0 }, 'maxLength'],
    ['no room in bytes', C2C, { ...OPTIONS, maxLength: { bytes: 5 } }, 'maxLength'],
    ['a length that is none', C2C, { ...OPTIONS, maxLength: 'long' }, 'maxLength'],
    ['an age that is none', C2C, { ...OPTIONS, maxAge: Number.NaN }, 'maxAge'],
    ['no life', C2C, { ...OPTIONS, maxAge: 999 }, 'maxAge'],
    ['an unknown option', C2C, { ...OPTIONS, speed: 9 }, 'speed'],
  ])('BT-06 is told before any request: %s', async (_what, target, options, path) => {
    const stage = restHarness([taken()])
    expect(() => stage.rest.openStream(target as never, options as never)).toThrow(
      expect.objectContaining({ code: 'invalid_request', path: expect.stringMatching(`^${path}`) }),
    )
    await expect(stage.rest.stream(target as never, ['x'], options as never)).rejects.toMatchObject({
      code: 'invalid_request',
    })
    expect(stage.calls).toEqual([])
  })

  it.each([null, undefined, 5])('BT-06 is an iterator that gives %s instead of a result', async (given) => {
    const stage = restHarness([taken()])
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => given as never }) }
    await expect(stage.settle(stage.rest.stream(C2C, source, OPTIONS))).rejects.toMatchObject({
      code: 'invalid_request',
      path: 'source',
    })
    expect(stage.calls).toEqual([])
  })

  it('BT-06 only strings can be written', () => {
    const stream = restHarness([taken()]).rest.openStream(C2C, OPTIONS)
    expect(() => stream.write(undefined as never)).toThrow(/strings/)
  })
})
