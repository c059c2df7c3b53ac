import { getEventListeners } from 'node:events'

import { adviceFor } from '@qqkit/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import type { Context, MessageContext } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

/** A model that speaks at the pace of the clock. */
async function* speak(pieces: readonly string[], ms = 200): AsyncGenerator<string> {
  for (const piece of pieces) {
    await new Promise<void>((resolve) => void stage.clock.setTimer(ms, resolve))
    yield piece
  }
}

const chunks = (): readonly string[] =>
  stage.sim.log
    .of('call')
    .filter(({ route }) => route === 'c2c.stream')
    .map(({ request }) => {
      const { content_raw: text, input_state: state } = JSON.parse(request) as {
        content_raw: string
        input_state: number
      }
      return text + (state === 10 ? '■' : '')
    })

/** Starts a bot that answers every message in one way, and keeps what became of it. */
const answering = async (answer: (ctx: MessageContext) => Promise<unknown>): Promise<unknown[]> => {
  const ends: unknown[] = []
  stage.bot.on('message', async (ctx) => {
    ends.push(await answer(ctx).catch((error: unknown) => error))
  })
  void stage.bot.start()
  await stage.settle(1000)
  return ends
}

const PIECES = ['Once', ' upon', ' a', ' time']

describe('ctx.stream', () => {
  it.each(['c2c', 'channel'] as const)(
    'BT-06 of %s leaves nobody waiting for the end of the handler',
    async (scene) => {
      stage = memoryBot()
      let left = -1
      await answering(async (ctx) => {
        for (let n = 0; n < 3; n += 1) await ctx.stream(n === 1 ? (5 as never) : ['x', 'y']).catch(() => {})
        left = getEventListeners(ctx.signal, 'abort').length
      })
      if (scene === 'c2c') stage.sim.user('ann').say('go')
      else stage.sim.channel('general').user('ann').say('go')
      await stage.settle(20_000)
      expect(left).toBe(0)
    },
  )

  it.each<readonly [string, (ctx: MessageContext) => Promise<unknown>]>([
    ['an async text()', (ctx) => ctx.stream([1], { text: (async () => 'one') as never })],
    ['a number', (ctx) => ctx.stream([1], { text: ((piece: number) => piece) as never })],
    ['a promise that is written', (ctx) => ctx.stream((write) => write(Promise.resolve('x') as never))],
  ])('BT-06 shows nobody what is no text: %s', async (_what, answer) => {
    stage = memoryBot()
    const ends = await answering(answer)
    stage.sim.user('ann').say('go')
    stage.sim.channel('general').user('bob').say('go')
    stage.sim.group('room').user('cat').say('go')
    await stage.settle(20_000)
    expect(ends).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'invalid_request' })))
    expect(stage.said()).toEqual([])
  })

  it('BT-06 lets a message grow in a private chat', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) => {
      const result = await ctx.stream(speak(PIECES))
      expect(ctx.sent).toEqual(['Once upon a time'])
      expect(ctx.replyBudget?.remaining).toBe(3)
      return result
    })
    stage.sim.user('ann').say('tell me')
    await stage.settle(5000)
    expect(chunks()).toEqual(['Once', 'Once upon a', 'Once upon a time', 'Once upon a time■'])
    expect(ends).toMatchObject([{ kind: 'streamed', delivered: 'Once upon a time' }])
    expect(stage.said()).toEqual([])
  })

  it('BT-06 a stream is one message in groups, channels and channel DMs', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) => ctx.stream(speak(['1 < 2', ' & so on'])))
    stage.sim.group('room').user('bob').say('hi')
    stage.sim.channel('general').user('cat').say('hi')
    stage.sim.dm('dan').say('hi')
    await stage.settle(3000)
    expect(stage.said()).toEqual([
      'group room reply: 1 < 2 & so on',
      'channel general reply: 1 < 2 & so on',
      'dm dan reply: 1 < 2 & so on',
    ])
    expect(chunks()).toEqual([])
    expect(ends).toMatchObject([{ kind: 'sent' }, { kind: 'sent' }, { kind: 'sent' }])
  })

  it('BT-06 BT-07 a long stream without growth is split like any reply', async () => {
    stage = memoryBot({ maxTextLength: 100 })
    await answering(async (ctx) => ctx.stream(speak([`${'one '.repeat(20)}\n`, 'two '.repeat(20)])))
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(3000)
    expect(stage.said()).toHaveLength(2)
  })

  it('BT-06 a refused stream is one message, and its source continues', async () => {
    stage = memoryBot()
    stage.sim.faults.add({
      on: 'call',
      match: { route: 'c2c.stream' },
      times: 'forever',
      do: { kind: 'error', code: 11253, status: 401 },
    })
    const ends = await answering(async (ctx) => ctx.stream(speak(PIECES), { markdown: true }))
    stage.sim.user('ann').say('tell me')
    await stage.settle(5000)
    expect(chunks()).toEqual(['Once'])
    expect(stage.said()).toEqual(['c2c ann reply: Once upon a time'])
    expect(ends).toMatchObject([{ kind: 'sent', mode: 'passive' }])
  })

  it('BT-06 takes a function that writes, a model’s pieces, and whole texts', async () => {
    stage = memoryBot()
    const ways: ((ctx: Context) => Promise<unknown>)[] = [
      async (ctx) =>
        ctx.stream(async (write) => {
          for await (const piece of speak(PIECES)) write(piece)
        }),
      async (ctx) => {
        const pieces = [
          { choices: [{ delta: { content: 'a' } }] },
          { choices: [] },
          { choices: [{ delta: {} }] },
        ]
        return ctx.stream(pieces as { choices: { delta: { content?: string } }[] }[], {
          text: (piece) => piece.choices[0]?.delta.content,
        })
      },
      async (ctx) => ctx.stream(['a', 'ab', 'abc'], { mode: 'replace' }),
    ]
    const ends = await answering(async (ctx) => ways.shift()?.(ctx))
    for (const _way of [1, 2, 3]) {
      stage.sim.user('ann').say('go')
      await stage.settle(3000)
    }
    expect(ends).toMatchObject([{ delivered: 'Once upon a time' }, { delivered: 'a' }, { delivered: 'abc' }])
  })

  it('BT-06 says nothing where there is nothing to say', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) => ctx.stream([' ', '']))
    stage.sim.user('ann').say('hi')
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(2000)
    expect(ends).toMatchObject([{ kind: 'empty' }, { kind: 'empty' }])
    expect(stage.said()).toEqual([])
  })

  it('BT-06 a source that throws ends the message, and its error is passed on', async () => {
    stage = memoryBot()
    const broken = new Error('model')
    const ends = await answering(async (ctx) =>
      ctx.stream(async (write) => {
        write('Once')
        throw broken
      }),
    )
    stage.sim.user('ann').say('hi')
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(3000)
    expect(ends).toEqual([broken, broken])
    expect(chunks()).toEqual(['Once■'])
    expect(stage.said()).toEqual(['group room reply: Once'])
  })

  it('BT-06 ends the message when the handler runs out of time, and when its caller aborts', async () => {
    stage = memoryBot({ handlerTimeout: 1000 })
    const controller = new AbortController()
    const ends = await answering(async (ctx) =>
      ctx.stream(
        async (write) => {
          write(ctx.scene)
          await new Promise(() => {})
        },
        ctx.scene === 'c2c' ? {} : { signal: controller.signal },
      ),
    )
    stage.sim.user('ann').say('hi')
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(500)
    controller.abort(new Error('enough'))
    await stage.settle(3000)
    expect(ends).toMatchObject([{ message: 'enough' }, { code: 'handler_timeout' }])
    expect(chunks()).toEqual(['c2c', 'c2c■'])
    expect(stage.said()).toEqual([])
  })

  it('BT-06 sends the last whole text where a text is replaced and does not grow', async () => {
    stage = memoryBot()
    await answering(async (ctx) => ctx.stream(['a', 'ab', 'abc'], { mode: 'replace' }))
    stage.sim.group('room').user('bob').say('go')
    await stage.settle(2000)
    expect(stage.said()).toEqual(['group room reply: abc'])
  })

  it('BT-06 a late stream sends nothing, and both signals stop a stream', async () => {
    stage = memoryBot({ handlerTimeout: 1000 })
    const idle = new AbortController()
    let asked = 0
    const ends = await answering(async (ctx) => {
      if (ctx.text === 'late')
        return ctx.stream(
          () => {
            asked += 1
          },
          { signal: AbortSignal.abort(new Error('too late')) },
        )
      return ctx.stream(async () => new Promise(() => {}), { signal: idle.signal })
    })
    stage.sim.user('ann').say('late')
    await stage.settle(500)
    expect([ends, asked]).toMatchObject([[{ message: 'too late' }], 0])
    stage.sim.user('ann').say('hang')
    await stage.settle(1500)
    expect(ends).toMatchObject([{}, { code: 'handler_timeout' }])
  })

  it('BT-06 does not report a source that ends after its signal aborted', async () => {
    stage = memoryBot()
    const controller = new AbortController()
    const ends = await answering(async (ctx) =>
      ctx.stream(
        (write, signal) =>
          new Promise<void>((resolve) => {
            write('half a')
            signal.addEventListener('abort', () => resolve())
          }),
        { signal: controller.signal },
      ),
    )
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(500)
    controller.abort(new Error('enough'))
    await stage.settle(1000)
    expect(ends).toMatchObject([{ message: 'enough' }])
    expect(stage.said()).toEqual([])
  })

  it('BT-06 a stream is one message on request: some QQ clients do not show growing ones', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) => ctx.stream(speak(PIECES), { streaming: false }))
    stage.sim.user('ann').say('tell me')
    await stage.settle(5000)
    expect(chunks()).toEqual([])
    expect(stage.said()).toEqual(['c2c ann reply: Once upon a time'])
    expect(ends).toMatchObject([{ kind: 'sent', mode: 'passive' }])
  })

  it('BT-06 RS-28 a stream takes one reply per message from the first chunk on, and shares the numbers', async () => {
    stage = memoryBot()
    const left: unknown[] = []
    await answering(async (ctx) => {
      const budget = (): unknown => left.push(ctx.replyBudget?.remaining)
      await ctx.reply('wait')
      budget()
      await ctx.stream(
        async (write) => {
          write('a')
          budget()
          await new Promise<void>((resolve) => void stage.clock.setTimer(1000, resolve))
          budget()
          write('b'.repeat(150))
        },
        { maxLength: 100 },
      )
      budget()
      await ctx.reply('done')
    })
    stage.sim.user('ann').say('tell me')
    await stage.settle(8000)
    expect(left).toEqual([3, 3, 2, 1])
    const numbers = stage.sim.log
      .of('call')
      .filter(({ route }) => route === 'c2c.stream' || route === 'c2c.send')
      .map(({ request }) => (JSON.parse(request) as { msg_seq: number }).msg_seq)
    expect([...new Set(numbers)]).toEqual([1, 2, 62_033, 3])
    expect(stage.said()).toEqual(['c2c ann reply: wait', 'c2c ann reply: done'])
  })

  it('RS-27 continues in a new message after maxAge', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) =>
      ctx.stream(speak(['one ', 'two ', 'three ', 'four'], 4000), { maxAge: 10_000 }),
    )
    stage.sim.user('ann').say('tell me')
    await stage.settle(20_000)
    expect(ends).toMatchObject([
      { kind: 'streamed', delivered: 'one two three four', messages: [{ finished: true }, { text: 'four' }] },
    ])
  })

  it('RS-26 RS-27 RS-28 on the live platform: two bubbles for twelve minutes, though answers are lost', async () => {
    stage = memoryBot({ handlerTimeout: 15 * 60_000 })
    const words = Array.from({ length: 12 * 60 }, (_, at) => `w${at} `)
    for (let count = 1; count <= 60; count += 1)
      stage.sim.faults.add({
        on: 'call',
        match: { route: 'c2c.stream' },
        do: { kind: 'reset', when: 'after' },
        skip: 2 * count,
      })
    const left: unknown[] = []
    const ends = await answering(async (ctx) => {
      const result = await ctx.stream(speak(words, 1000))
      left.push(ctx.replyBudget?.remaining)
      return result
    })
    stage.sim.user('ann').say('tell me')
    await stage.settle(13 * 60_000)
    const text = words.join('')
    expect(ends).toMatchObject([
      { kind: 'streamed', delivered: text, messages: [{ finished: true }, { finished: true }] },
    ])
    expect(left).toEqual([2])
    const shown = new Map(
      stage.sim.log
        .of('message')
        .filter(({ direction }) => direction === 'out')
        .map(({ id, content }) => [id, content]),
    )
    expect([...shown.values()].join('')).toBe(text)
    expect(shown.size).toBe(2)
  })

  it('RS-29 a stream beside another one to the same user waits 5 s, then is one message', async () => {
    stage = memoryBot({ conversationKey: (ctx) => ctx.key })
    const ends = await answering(async (ctx) =>
      ctx.stream(ctx.text === 'long' ? speak(Array.from({ length: 40 }, () => 'la ')) : speak(['short'])),
    )
    stage.sim.user('ann').say('long')
    await stage.settle(1000)
    stage.sim.user('ann').say('quick')
    await stage.settle(20_000)
    expect(stage.said()).toEqual(['c2c ann reply: short'])
    expect(ends).toMatchObject([
      { kind: 'streamed', messages: [{ kind: 'sent', text: 'short' }] },
      { kind: 'streamed', messages: [{ kind: 'streamed', text: 'la '.repeat(40) }] },
    ])
  })

  it('RS-31 cannot be recalled, and fails before any request', async () => {
    stage = memoryBot()
    const ends = await answering(async (ctx) => {
      const result = await ctx.stream(speak(PIECES))
      const [message] = 'messages' in result ? result.messages : []
      const errors = [result, message?.id ?? ''].map(async (what) =>
        ctx.recall(what).catch((error: unknown) => error),
      )
      return Promise.all(errors)
    })
    stage.sim.user('ann').say('tell me')
    await stage.settle(5000)
    const advice = adviceFor(40061001)
    expect(ends).toMatchObject([
      [
        { code: 'stream_not_recallable', advice },
        { code: 'invalid_request', advice },
      ],
    ])
    expect(stage.sim.log.of('call').filter(({ method }) => method === 'DELETE')).toEqual([])
  })
})
