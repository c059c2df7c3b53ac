import type { SendResult } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import type { MessageContext, ReplyOptions } from '../../src/index.js'
import { conversationTimeout, errorReply, throttle, typing } from '../../src/middleware/index.js'
import { c2c, c2cPayload, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const numbersOf = ({ sent }: Stage): readonly unknown[] =>
  sent.map(({ message, options: { kind, seq } }) => {
    const text = typeof message === 'string' ? message.slice(0, 8) : 'notice'
    return `${text} ${kind} ${seq}`
  })

/** What a bot says to one event. */
const said = async (
  set: (stage: Stage) => void,
  { event = c2c('hi'), stage = new Stage() }: { readonly event?: TestDelivery; readonly stage?: Stage } = {},
): Promise<Stage> => {
  set(stage)
  stage.intake.deliver(event)
  await stage.clock.settle()
  await stage.clock.advance(10_000)
  await stage.intake.idle()
  return stage
}

const after = async ({ clock }: Stage, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(ms, resolve))

describe('RS-39 the number of an answer', () => {
  it.each([0, 5000])('is the same whether a typing notice went before it or not (%d ms)', async (ms) => {
    const stage = await said((on) => {
      on.handlers.use(typing({ clock: on.clock }))
      on.handlers.on('message', null, async (ctx) => {
        await after(on, ms)
        await ctx.reply('answer')
        await ctx.reply('more')
      })
    })
    const notices = ms === 0 ? [] : ['notice notice 60000']
    expect(numbersOf(stage)).toEqual([...notices, 'answer answer 1', 'more answer 2'])
  })

  it('is not that of an apology: of errorReply, of catch, of one that says so', async () => {
    for (const apologise of [
      (on: Stage) => on.handlers.use(errorReply('sorry')),
      (on: Stage) => on.handlers.catch(async (_error, ctx) => void (await ctx.reply('sorry'))),
      (on: Stage) =>
        on.handlers.use(async (ctx, next) => {
          await next().catch(async () => ctx.reply('sorry', { kind: 'apology' }))
        }),
      (on: Stage) => on.handlers.catch(async (_error, ctx) => void (await ctx.stream(['sor', 'ry']))),
    ]) {
      const stage = await said((on) => {
        apologise(on)
        on.handlers.on('message', null, async (ctx) => {
          await ctx.reply('answer')
          throw new Error('broken')
        })
      })
      expect(numbersOf(stage)[0]).toBe('answer answer 1')
      expect(stage.sent[1]?.options.seq).toBeGreaterThanOrEqual(61_000)
    }
  })

  it('is not that of what throttle says, nor of what ends a conversation', async () => {
    const stage = await said((on) => {
      on.handlers.use(
        throttle({ limit: 1, window: 60_000, clock: on.clock, onLimit: async (ctx) => ctx.reply('slowly') }),
      )
      on.handlers.use(
        conversationTimeout({ after: 1000, clock: on.clock, onTimeout: async (ctx) => ctx.reply('bye') }),
      )
      on.handlers.on('message', null, async (ctx) => ctx.reply('answer'))
    })
    stage.intake.deliver(c2c('again'))
    await stage.clock.settle()
    await stage.intake.idle()
    expect(numbersOf(stage)).toEqual(['answer answer 1', 'bye notice 60000', 'slowly notice 60000'])
  })

  it('is its own where another event fails meanwhile', async () => {
    const stage = new Stage()
    stage.handlers.catch(async (_error, ctx) => {
      await after(stage, 500)
      await ctx.reply('sorry')
    })
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'bad') throw new Error('broken')
      await after(stage, 200)
      await ctx.reply('fine')
    })
    stage.intake.deliver(c2c('bad', 'A1'))
    stage.intake.deliver(c2c('good', 'B1'))
    await stage.clock.settle()
    await stage.clock.advance(2000)
    await stage.intake.idle()
    expect(numbersOf(stage)).toEqual(['fine answer 1', 'sorry apology 61000'])
  })

  it.each(['notice', 'apology', 'answer'] as const)('has a number by its kind: %s', async (kind) => {
    const stage = await said((on) =>
      on.handlers.on('message', null, async (ctx) => {
        await ctx.reply('one', { kind } satisfies ReplyOptions)
        await ctx.reply('two')
      }),
    )
    expect(numbersOf(stage)[1]).toBe(`two answer ${kind === 'answer' ? 2 : 1}`)
  })

  it('follows the order of calls, not of answers, whatever is slow', async () => {
    const stage = new Stage()
    const long = (letter: string): string =>
      `${letter.repeat(80)}\n${letter.repeat(80)}\n${letter.repeat(80)}`
    stage.onSend = async () => {
      await after(stage, 100 * ((stage.sent.length * 7) % 5))
      return { kind: 'sent' } as SendResult
    }
    await said(
      (on) =>
        on.handlers.on('message', null, async (ctx) => {
          await Promise.all([ctx.reply(long('a')), ctx.reply(long('b')), ctx.reply('c')])
        }),
      { stage },
    )
    const numbers = new Map<string, unknown[]>(['a', 'b', 'c'].map((letter) => [letter, []]))
    for (const { message, options } of stage.sent)
      numbers.get((message as string).charAt(0))?.push(options.seq)
    expect(Object.fromEntries(numbers)).toEqual({ a: [1, 2, 3], b: [4, 5, 6], c: [7] })
  })

  it('numbers from 1 when the handler runs again, in the same process too', async () => {
    const stage = new Stage({ conversationKey: ({ replayed }) => String(replayed) })
    const payload = c2cPayload('hi', 'A1', 'ROBOT1.0_same')
    stage.handlers.use(typing({ clock: stage.clock }))
    stage.handlers.on('message', null, async (ctx) => {
      await after(stage, ctx.replayed ? 0 : 2000)
      await ctx.reply('one')
      if (!ctx.replayed) await new Promise(() => {})
      await ctx.reply('two')
    })
    for (const _run of [1, 2]) {
      stage.intake.deliver(delivery('C2C_MESSAGE_CREATE', payload))
      await stage.clock.settle()
      await stage.clock.advance(5000)
      // As a stop leaves what is not finished.
      stage.settlements.forgetUnfinished()
    }
    expect(numbersOf(stage)).toEqual(['notice notice 60000', 'one answer 1', 'one answer 1', 'two answer 2'])
  })

  it('of a text that is still being made is taken when it is begun', async () => {
    for (const event of [group('hi'), c2c('hi')]) {
      const stage = await said(
        (on) =>
          on.handlers.on('message', null, async (ctx) => {
            const slow = ctx.stream(
              async (write) => {
                await after(on, 1000)
                write('slow')
              },
              { streaming: false },
            )
            await ctx.reply('quick')
            await slow
          }),
        { event },
      )
      const isGroup = event.frame.t?.startsWith('GROUP')
      expect(numbersOf(stage)).toEqual([
        'quick answer 2',
        // In private chats one may have been begun under its number in another run.
        isGroup ? 'slow answer 1' : 'slow companion 62016',
      ])
    }
  })
})

describe('BT-20 an event that another process may answer', () => {
  const SENT = { kind: 'sent' } as SendResult
  const DUPLICATE = { kind: 'duplicate' } as SendResult

  const twoReplies = (on: Stage): void => {
    on.handlers.on('message', null, async (ctx) => {
      await ctx.reply('one')
      await ctx.reply('two')
    })
  }

  it('says so to every send; once another process is heard of, its answers are repeated and not added to', async () => {
    for (const [shared, result, replayed] of [
      [true, SENT, false],
      [true, DUPLICATE, true],
      [false, SENT, false],
    ] as const) {
      const stage = new Stage()
      stage.onSend = async () => result
      await said(twoReplies, { stage, event: delivery('C2C_MESSAGE_CREATE', c2cPayload('hi'), { shared }) })
      expect(stage.sent.map(({ options }) => [options.shared, options.replayed])).toEqual([
        [shared, false],
        [shared, replayed],
      ])
    }
  })

  it('is any that a bot which stops has not finished', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.reply('one')
      await after(stage, 1000)
      await ctx.reply('two')
    })
    stage.intake.deliver(c2c('hi'))
    await stage.clock.settle()
    stage.intake.close()
    await stage.clock.advance(2000)
    await stage.intake.idle()
    expect(stage.sent.map(({ options }) => options.shared)).toEqual([false, true])
  })

  it.each([
    { shared: false, supposedlyAlone: false, grows: true },
    { shared: true, supposedlyAlone: true, grows: true },
    { shared: true, supposedlyAlone: false, grows: false },
  ])('grows only where half an answer cannot pass for a whole one: %j', async (row) => {
    const stage = new Stage()
    stage.supposedlyAlone = row.supposedlyAlone
    const outcomes: unknown[] = []
    const stream = async (ctx: MessageContext): Promise<void> => {
      outcomes.push(await ctx.stream(['a', 'b']).catch((error: unknown) => String(error)))
    }
    const event = delivery('C2C_MESSAGE_CREATE', c2cPayload('hi'), { shared: row.shared })
    await said((on) => on.handlers.on('message', null, stream), { stage, event })
    expect(outcomes[0] === 'Error: streams need a platform').toBe(row.grows)
    expect(numbersOf(stage)).toEqual(row.grows ? [] : ['ab companion 62016'])
  })
})
