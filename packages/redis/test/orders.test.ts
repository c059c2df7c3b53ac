import { asking, AskError } from '@qqkit/bot/asking'
import { Bot } from '@qqkit/bot'
import { control } from '@qqkit/bot/control'
import { type LogRecord, systemClock } from '@qqkit/core'
import { createMemorySimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { QqkitRedisOptions } from '../src/options.js'
import { click, type HandSource, message, textOf } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { publishing, working } from './support/running.js'

/** A lease that tests can wait for. */
const LEASE = 900

const { stage } = redisOfTests()

const publish = (options = {}) => publishing(stage.process(), options).hand

const work = (options: Partial<QqkitRedisOptions> = {}, slots = 100) =>
  working(stage.process(options), { slots })

describe('RD-38 an order of a person', () => {
  it('RD-38 passes the queue of its conversation, stops what another worker handles, and leaves out what waits', async () => {
    const hand = publish()
    const first = work()
    hand.push(message('long', 'ann'))
    await stage.until(() => first.deliveries.length === 1, 'nobody begins')
    for (const text of ['second', 'third']) hand.push(message(text, 'ann'))
    hand.push(message('of bob', 'bob'))
    await stage.until(() => first.deliveries.length === 2 && hand.settled.length === 4, 'not all are there')
    // It takes nothing new: the order reaches another worker.
    first.source.drain?.()
    const second = work()
    hand.push(message(' <@!bot> /stop now', 'ann'))
    await stage.until(() => second.deliveries.length === 1, 'the order waits')
    const [order] = second.deliveries
    const stopped = order!.order!.stop({ waiting: true })
    const [long, ofBob] = first.deliveries
    await stage.until(() => long?.lease?.stop?.aborted === true, 'the handler does not hear it')
    expect([ofBob?.lease?.stop?.aborted, long?.lease?.valid()]).toEqual([false, true])
    long?.settle('done')
    expect(await stopped).toEqual({ stopped: 1, waiting: 2 })
    order?.settle('done')
    hand.push(message('next', 'ann'))
    await stage.until(() => second.deliveries.length === 2, 'the conversation is stuck')
    expect([textOf(second.deliveries[1]!), second.deliveries[1]?.order]).toEqual(['next', undefined])
    ofBob?.settle('done')
    second.deliveries[1]?.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'it is not empty')
    expect(await stage.faults()).toEqual([])
  })

  it('RD-38 stops what a dead worker handled: the next one leaves it out, or is told as well', async () => {
    const hand = publish()
    const first = work({ lease: LEASE })
    hand.push(message('long', 'ann'))
    await stage.until(() => first.deliveries.length === 1, 'nobody begins')
    const second = work({ lease: LEASE })
    // As a process that is killed.
    await first.redis.close()
    hand.push(message('/stop', 'ann'))
    await stage.until(() => second.deliveries.length === 1, 'the order waits')
    const [order] = second.deliveries
    expect(await order!.order!.stop({ waiting: false })).toEqual({ stopped: 1, waiting: 0 })
    order?.settle('done')
    const isOver = async (): Promise<boolean> => {
      for (const one of second.deliveries.slice(1)) if (one.lease?.stop?.aborted) one.settle('done')
      return (await stage.queue().snapshot()).bodies.size === 0
    }
    await stage.until(isOver, 'it is not stopped')
    hand.push(message('next', 'ann'))
    await stage.until(
      () => second.deliveries.some((one) => textOf(one) === 'next'),
      'the conversation is stuck',
    )
    expect([second.deliveries.at(-1)?.lease?.stop?.aborted, await stage.faults()]).toEqual([false, []])
  })

  it('RD-38 reaches a worker that does not hear it at first, also when Redis goes away meanwhile', async () => {
    const hand = publish()
    const first = work()
    hand.push(message('long', 'ann'))
    await stage.until(() => first.deliveries.length === 1, 'nobody begins')
    first.source.drain?.()
    const second = work()
    hand.push(message('/stop', 'ann'))
    await stage.until(() => second.deliveries.length === 1, 'the order waits')
    // Nobody listens at this moment.
    await stage.command(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
    const [order] = second.deliveries
    const stopped = order!.order!.stop({ waiting: true })
    await stage.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    await stage.until(
      () => first.deliveries[0]?.lease?.stop?.aborted === true,
      'the handler does not hear it',
    )
    first.deliveries[0]?.settle('done')
    expect(await stopped).toEqual({ stopped: 1, waiting: 0 })
  })

  it('RD-38 stops what its own worker took after the bot had looked', async () => {
    const hand = publish()
    const { deliveries } = work()
    hand.push(message('long', 'ann'))
    await stage.until(() => deliveries.length === 1, 'it does not begin')
    hand.push(message('/stop', 'ann'))
    await stage.until(() => deliveries.length === 2, 'the order waits')
    const [long, order] = deliveries
    expect(await order!.order!.stop({ waiting: true })).toEqual({ stopped: 1, waiting: 0 })
    await stage.until(() => long?.lease?.stop?.aborted === true, 'the handler does not hear it')
    long?.settle('done')
  })

  it('RD-38 is carried out by the next worker, where the one that has it dies before it is answered', async () => {
    const hand = publish()
    const first = work({ lease: LEASE })
    hand.push(message('long', 'ann'))
    await stage.until(() => first.deliveries.length === 1, 'nobody begins')
    first.source.drain?.()
    const second = work({ lease: LEASE })
    hand.push(message('/stop', 'ann'))
    await stage.until(() => second.deliveries.length === 1, 'the order waits')
    const stopping = second.deliveries[0]!.order!.stop({ waiting: false })
    await stage.until(
      () => first.deliveries[0]?.lease?.stop?.aborted === true,
      'the handler does not hear it',
    )
    await second.redis.close()
    await stopping
    const third = work({ lease: LEASE })
    await stage.until(() => third.deliveries[0]?.order !== undefined, 'the order is forgotten')
    first.deliveries[0]?.settle('done')
    expect(third.deliveries[0]?.replayed).toBe(true)
  })

  it('RD-38 marks its conversation: what is older there, and nothing that came later or elsewhere', async () => {
    const queue = stage.queue()
    await queue.open('s', 'p', { again: false, mark: 0 })
    const event = (conversation: string, body: string) => ({ digest: '', conversation, body })
    // Marks are forgotten after a day.
    const said = Date.now()
    const order = (waiting: boolean) => ({ conversation: 'ann', before: now, said, waiting })
    await queue.publish('s', 'p', {
      first: 1,
      most: 9,
      events: [event('ann', '1'), event('ann', '2'), event('bob', '3')],
    })
    const [first] = [...(await queue.snapshot()).bodies.keys()].toSorted()
    await queue.publish('s', 'p', {
      first: 4,
      most: 9,
      events: [{ ...event('order:ann', '/stop'), order: true }, event('ann', '4')],
    })
    const [now = ''] = (await stage.queue('clicks').snapshot()).bodies.keys()
    // Nothing was begun that it could stop.
    expect(await queue.stop(order(false))).toMatchObject({ owner: null, mark: null })
    expect(await queue.stops(['ann', 'bob'])).toEqual(new Map())
    await queue.join('w', 'w:1', { ttl: 60_000, running: [] })
    expect((await queue.work('w:1', 1, [])).taken).toMatchObject([{ body: '1', stop: null }])
    const running = { before: String(Number(first) + 1), said: null }
    expect(await queue.stop(order(false))).toMatchObject({ owner: 'w:1', mark: running })
    expect(await queue.stops(['ann', 'bob'])).toEqual(new Map([['ann', running]]))
    const all = { before: now, said }
    const { mark, events } = await queue.stop(order(true))
    expect(mark).toEqual(all)
    expect(events.map(({ body, begun, id }) => [body, begun, id < now])).toEqual([
      ['1', true, true],
      ['2', false, true],
      ['4', false, false],
    ])
    // An order that was late does not set back the mark.
    await queue.stop({ ...order(true), before: '1', said: null })
    await queue.work('w:1', 0, [{ conversation: 'ann', id: first!, outcome: 'done' }])
    const { taken } = await queue.work('w:1', 9, [])
    expect(taken.map(({ body, stop }) => [body, stop])).toEqual([
      ['2', all],
      ['3', null],
    ])
    expect(await queue.owner('ann')).toMatchObject({ token: 'w:1' })
    expect(await queue.owner('nobody')).toBe(null)
    expect(await stage.faults()).toEqual([])
  })

  it('RD-38 tells what it stops itself: not what an earlier one has, and nothing of what it keeps', async () => {
    const hand = publish()
    const worker = work()
    hand.push(message('long', 'ann'))
    await stage.until(() => worker.deliveries.length === 1, 'nobody begins')
    for (const text of ['second', 'third', '/stop', 'fourth', '/stop', '/stop'])
      hand.push(message(text, 'ann'))
    const told: unknown[] = []
    for (const [index, waiting] of [true, true, false].entries()) {
      await stage.until(() => worker.deliveries.length === index + 2, 'an order is missing')
      const order = worker.deliveries.at(-1)!
      const outcome = await order.order!.stop({ waiting })
      told.push(outcome)
      // As the next run of it where a worker dies.
      if (index === 0) told.push(await order.order!.stop({ waiting }))
      order.settle('done')
    }
    expect(told).toEqual([
      { stopped: 1, waiting: 2 },
      { stopped: 1, waiting: 2 },
      { stopped: 1, waiting: 1 },
      { stopped: 1, waiting: 0 },
    ])
  })

  it('RD-38 holds up no click while it waits for another worker, also where it has taken the last slot', async () => {
    const hand = publish()
    const first = work()
    hand.push(message('long', 'ann'))
    await stage.until(() => first.deliveries.length === 1, 'nobody begins')
    first.source.drain?.()
    const second = work({}, 1)
    hand.push(message('/stop', 'ann'))
    await stage.until(() => second.deliveries.length === 1, 'the order waits')
    const [order] = second.deliveries
    const stopped = order!.order!.stop({ waiting: true })
    hand.push(click('c1', 'bob'))
    await stage.until(() => second.deliveries.length === 2, 'the click waits')
    first.deliveries[0]?.settle('done')
    expect(await stopped).toEqual({ stopped: 1, waiting: 0 })
    for (const one of second.deliveries) one.settle('done')
    hand.push(click('c2', 'bob'))
    await stage.until(() => second.deliveries.length === 3, 'a slot is lost')
  })

  it('RD-38 is one of the words that the publisher knows', async () => {
    const hand = publish({ controlWords: ['!halt'] })
    const worker = work()
    for (const text of ['long', '/stop', '!halting', '!halt']) hand.push(message(text, 'ann'))
    await stage.until(() => worker.deliveries.length === 2, 'no order')
    const orders = new Map(worker.deliveries.map((one) => [textOf(one), one.order !== undefined]))
    expect(orders).toEqual(
      new Map([
        ['long', false],
        ['!halt', true],
      ]),
    )
  })
})

describe('RD-39 two workers', () => {
  /** Workers of one bot, and what it says. */
  const open = (setUp: (bot: Bot) => void) => {
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const { rest, gateway: _, ...connection } = sim.botOptions()
    const records: LogRecord[] = []
    const hire = (): Bot => {
      const bot = new Bot({
        ...connection,
        rest,
        source: stage.process().source(),
        log: (record) => void records.push(record),
      })
      setUp(bot)
      bot.start().catch(() => {})
      return bot
    }
    const said = (): readonly string[] =>
      sim.log
        .of('message')
        .filter(({ direction, change }) => direction === 'out' && change === 'sent')
        .map(({ content }) => content)
    /** A message of a person, as the platform pushes it. */
    const say = (hand: HandSource, text: string): void => {
      sim.user('ann').say(text)
      const { id, content } = sim.log.of('message').findLast(({ direction }) => direction === 'in')!
      hand.push({
        op: 0,
        t: 'C2C_MESSAGE_CREATE',
        id: `C2C_MESSAGE_CREATE:${id}`,
        d: { id, content, author: { user_openid: sim.user('ann').id }, timestamp: new Date().toISOString() },
      })
    }
    /** The same in a group whose bot gets all that is said there, whether it is meant or not. */
    const sayUnaddressed = (hand: HandSource, text: string): void =>
      sayIn(hand, 'ann', text, 'GROUP_MESSAGE_CREATE')
    const sayIn = (hand: HandSource, who: string, text: string, t = 'GROUP_AT_MESSAGE_CREATE'): void => {
      const group = sim.group('room')
      group.user(who).say(text)
      const { id } = sim.log.of('message').findLast(({ direction }) => direction === 'in')!
      const author = { member_openid: group.user(who).id }
      hand.push({ op: 0, t, id: `${t}:${id}`, d: { id, content: text, group_openid: group.id, author } })
    }
    return { sim, hire, said, say, sayIn, sayUnaddressed, records }
  }

  it('RD-39 stop at a /stop that nobody addressed to the bot, where something runs, and are silent where nothing does', async () => {
    const begun: string[] = []
    const { sim, hire, said, sayUnaddressed } = open((bot) => {
      bot.use(control())
      bot.on('message', async (ctx) => {
        begun.push(ctx.text)
        if (ctx.text === 'long') await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
      })
    })
    const hand = publish()
    const first = hire()
    sayUnaddressed(hand, 'long')
    await stage.until(() => begun.includes('long'), 'nobody begins')
    sayUnaddressed(hand, 'left out')
    await stage.until(() => hand.settled.length === 2, 'not published')
    // It finishes what it has, and takes nothing new.
    const stopping = first.stop()
    const second = hire()
    sayUnaddressed(hand, '/stop')
    await stage.until(() => said().length === 1, 'no answer')
    await stage.until(async () => (await stage.queue().status()).events === 0, 'the conversation is stuck')
    sayUnaddressed(hand, '/stop')
    await stage.until(() => hand.settled.length === 4, 'not published')
    await stage.until(async () => (await stage.queue('clicks').status()).events === 0, 'an order is left')
    sayUnaddressed(hand, 'next')
    await stage.until(() => begun.includes('next'), 'the conversation is stuck')
    expect([said(), begun]).toEqual([['已停止，排队中的 1 条消息也已取消。'], ['long', 'next']])
    await stopping
    await second.stop()
    await sim.close()
  })

  it('RD-39 do not stop what was said after /stop, though it runs before that is carried out', async () => {
    const begun: string[] = []
    const stopped: string[] = []
    const { sim, hire, said, say } = open((bot) => {
      bot.use(control())
      bot.on('message', async (ctx) => {
        begun.push(ctx.text)
        const abort = new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        const carriedOut = stage.until(() => said().length === 1, 'no answer')
        await Promise.race([carriedOut, abort.then(() => stopped.push(ctx.text))])
        await ctx.reply('an answer')
      })
    })
    const hand = publish()
    say(hand, '/stop')
    say(hand, 'a new question')
    await stage.until(() => hand.settled.length === 2, 'not published')
    const bot = hire()
    await stage.until(() => said().length === 2, 'no answer')
    expect([begun, stopped, said()]).toEqual([
      ['a new question'],
      [],
      ['当前没有正在进行的任务。', 'an answer'],
    ])
    await bot.stop()
    await sim.close()
  })

  it('RD-39 stop at /stop what the other one handles, and say so', async () => {
    const begun: string[] = []
    const ended: unknown[] = []
    const { sim, hire, said, say } = open((bot) => {
      bot.use(control())
      bot.on('message', async (ctx) => {
        begun.push(ctx.text)
        if (ctx.text !== 'long') return
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        ended.push((ctx.signal.reason as { readonly code?: unknown }).code)
      })
    })
    const hand = publish()
    const first = hire()
    say(hand, 'long')
    await stage.until(() => begun.length === 1, 'nobody begins')
    say(hand, 'left out')
    await stage.until(() => hand.settled.length === 2, 'not published')
    // It finishes what it has, and takes nothing new.
    const stopping = first.stop()
    const second = hire()
    say(hand, '/stop')
    await stage.until(() => said().length === 1, 'no answer')
    expect([said(), ended, begun]).toEqual([
      ['已停止，排队中的 1 条消息也已取消。'],
      ['stopped_by_person'],
      ['long'],
    ])
    say(hand, '/stop')
    await stage.until(() => said().length === 2, 'no answer')
    expect(said()[1]).toBe('当前没有正在进行的任务。')
    await stopping
    await second.stop()
    await sim.close()
  })

  it('RD-39 stop for anyone in a place that is one conversation, as one process does', async () => {
    const begun: string[] = []
    const { sim, hire, said, sayIn } = open((bot) => {
      bot.use(control())
      bot.on('message', async (ctx) => {
        begun.push(ctx.text)
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
      })
    })
    const { hand } = publishing(stage.process({ conversation: ({ place }) => place }))
    const bots = [hire(), hire()]
    sayIn(hand, 'ann', 'a long question')
    await stage.until(() => begun.length === 1, 'nobody begins')
    sayIn(hand, 'bob', '/stop')
    await stage.until(() => said().length === 1, 'no answer')
    expect([said(), begun]).toEqual([['已停止。'], ['a long question']])
    await Promise.all(bots.map(async (bot) => bot.stop()))
    await sim.close()
  })

  it('RD-39 are told by a warning that a word came too late, where the publisher does not know it', async () => {
    const { sim, hire, said, say, records } = open((bot) => {
      bot.use(control({ stop: ['halt'] }))
      bot.on('message', () => {})
    })
    const hand = publish()
    const bot = hire()
    say(hand, '/halt')
    await stage.until(() => said().length === 1, 'no answer')
    expect(records.filter(({ event }) => event === 'bot.control_late')).toMatchObject([
      { level: 'warn', advice: { en: expect.stringContaining('controlWords') } },
    ])
    await bot.stop()
    await sim.close()
  })

  it('RD-39 refuse a question at once, in words', async () => {
    const { sim, hire, said, say } = open((bot) => {
      bot.use(asking()).on('message', async (ctx) => {
        try {
          await ctx.ask('Which city?')
        } catch (error) {
          await ctx.reply(AskError.is(error) ? error.code : 'something else')
        }
      })
    })
    const hand = publish()
    const bots = [hire(), hire()]
    say(hand, 'weather')
    await stage.until(() => said().length === 1, 'no answer')
    expect(said()).toEqual(['shared_source'])
    await Promise.all(bots.map(async (bot) => bot.stop()))
    await sim.close()
  })
})
