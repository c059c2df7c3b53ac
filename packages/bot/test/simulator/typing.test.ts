/** A typing notice is worth nothing but itself: whatever becomes of it, the answer comes as if there had been none. */
import { afterEach, describe, expect, it } from 'vitest'

import { typing } from '../../src/middleware/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

describe('BT-17 a refused typing notice', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  const NOTICE = { on: 'call', match: { route: 'send', msgType: 6 }, times: 'forever' } as const

  const notices = (): number =>
    stage.sim.log.of('call').filter(({ request }) => request.includes('"input_notify"')).length

  /** What people read: notices have no text. */
  const answers = (): readonly string[] => stage.said().filter((said) => !said.endsWith(': '))

  const refusals = [
    ['input type err', { kind: 'error', code: 50059, status: 500 }],
    ['used up', { kind: 'error', code: 22009, status: 400 }],
    ['used up', { kind: 'error', code: 40034128, status: 400 }],
    ['used up, without a code', { kind: 'answer', status: 500, body: { message: 'reply msg exceed limit' } }],
    ['expired', { kind: 'error', code: 40034005, status: 400 }],
    ['a number that was used', { kind: 'error', code: 40054005, status: 400 }],
    ['too frequent', { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: {} }],
    ['a server that fails', { kind: 'answer', status: 500 }],
    ['a server that fails after it', { kind: 'answer', status: 502, when: 'after' }],
    ['a connection that breaks', { kind: 'reset' }],
    ['a connection that breaks after it', { kind: 'reset', when: 'after' }],
  ] as const

  it.each(refusals)('(%s, %j) is made once, and costs neither time nor an error', async (_what, action) => {
    stage = memoryBot({ interactionAck: 'handler' })
    const { bot, sim, clock, settle, records } = stage
    const caught: unknown[] = []
    let over = 0
    bot.catch((error) => caught.push(error))
    bot.use(async (_ctx, next) => {
      const begun = clock.now()
      await next()
      over = clock.now() - begun
    })
    bot.use(typing({ clock }))
    bot.on('message', async (ctx) => {
      await new Promise<void>((resolve) => void clock.setTimer(2000, resolve))
      await ctx.reply('done')
    })
    void bot.start()
    await settle(1000)
    sim.faults.add({ ...NOTICE, do: action })
    sim.user('ann').say('hi')
    await settle(60_000)
    expect([notices(), answers(), caught]).toEqual([1, ['c2c ann reply: done'], []])
    expect(over).toBeLessThan(2200)
    expect(records.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  it.each(refusals)(
    '(%s, %j) that a handler asks for itself resolves with false, at once',
    async (_what, action) => {
      stage = memoryBot()
      const { bot, sim, clock, settle } = stage
      const shown: unknown[] = []
      bot.on('message', async (ctx) => {
        const begun = clock.now()
        shown.push(await ctx.typing(), clock.now() - begun < 200)
        void ctx.typing()
        await ctx.reply('done')
      })
      void bot.start()
      await settle(1000)
      sim.faults.add({ ...NOTICE, do: action })
      sim.user('ann').say('hi')
      await settle(60_000)
      expect([shown, answers()]).toEqual([[false, true], ['c2c ann reply: done']])
      expect(notices()).toBe(2)
    },
  )

  it('that hangs holds up nothing: neither the answer, nor the end of the handler, nor the next message', async () => {
    stage = memoryBot()
    const { bot, sim, clock, settle } = stage
    bot.use(typing({ clock }))
    bot.on('message', async (ctx) => {
      void ctx.typing()
      await new Promise<void>((resolve) => void clock.setTimer(2000, resolve))
      await ctx.reply(`re ${ctx.text}`)
    })
    void bot.start()
    await settle(1000)
    sim.faults.add({ ...NOTICE, do: { kind: 'hang' } })
    for (const text of ['1', '2']) sim.user('ann').say(text)
    await settle(4500)
    expect([answers(), bot.status().running]).toEqual([['c2c ann reply: re 1', 'c2c ann reply: re 2'], 0])
  })

  it('ends with the signal of its caller', async () => {
    stage = memoryBot()
    const { bot, sim, clock, settle } = stage
    const caught: unknown[] = []
    bot.on('message', async (ctx) => {
      const controller = new AbortController()
      clock.setTimer(1000, () => controller.abort(new Error('enough')))
      await ctx.typing({ signal: controller.signal }).catch((error: unknown) => caught.push(error))
    })
    void bot.start()
    await settle(1000)
    sim.faults.add({ ...NOTICE, do: { kind: 'hang' } })
    sim.user('ann').say('hi')
    await settle(1500)
    expect(caught).toEqual([new Error('enough')])
  })

  it('is not even made beside an answer that grows', async () => {
    stage = memoryBot()
    const { bot, sim, clock, settle } = stage
    bot.use(typing({ clock, after: 2000 }))
    bot.on('message', async (ctx) =>
      ctx.stream(async (write) => {
        for (let n = 0; n < 5; n += 1) {
          write(`word ${n} `)
          await new Promise<void>((resolve) => void clock.setTimer(1000, resolve))
        }
      }),
    )
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    await settle(10_000)
    expect(notices()).toBe(0)
    expect(sim.log.of('message').at(-1)).toMatchObject({
      change: 'streamed',
      content: 'word 0 word 1 word 2 word 3 word 4 ',
    })
  })

  it.each(['yes', 'no'] as const)(
    'typingCounts: %s: a notice that is taken leaves its answers',
    async (counts) => {
      stage = memoryBot()
      const { bot, sim, clock, settle } = stage
      sim.live.set('typingCounts', counts)
      const budgets: unknown[] = []
      bot.use(typing({ clock }))
      bot.on('message', async (ctx) => {
        await new Promise<void>((resolve) => void clock.setTimer(2000, resolve))
        budgets.push(ctx.replyBudget?.remaining)
        for (const n of [1, 2, 3]) await ctx.reply(String(n))
      })
      void bot.start()
      await settle(1000)
      sim.user('ann').say('hi')
      await settle(10_000)
      expect([notices(), budgets, answers()]).toEqual([1, [3], [1, 2, 3].map((n) => `c2c ann reply: ${n}`)])
    },
  )
})
