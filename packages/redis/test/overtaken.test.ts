// What was said before an order, and comes to a worker after it.
import { Bot } from '@qqkit/bot'
import { control } from '@qqkit/bot/control'
import { systemClock, type WireFrame } from '@qqkit/core'
import { createMemorySimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { QqkitRedisOptions } from '../src/options.js'
import { CuttablePort } from './support/cuttable-port.js'
import { message, messageAt, textOf } from './support/hand-source.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { publishing, working } from './support/running.js'

/** A lease that tests can wait for. */
const LEASE = 900

const { server, stage } = redisOfTests()

/** A publisher with a way of its own to the server. */
const publish = () => {
  const way = new CuttablePort(ports.ioredis(server.socket))
  return { way, ...publishing(stage.process({ client: way, log: () => {} })) }
}

/** A front: any number of them publish for one bot. */
const front = () => {
  const one = publish()
  one.hand.shard = null
  return one
}

const work = (options: Partial<QqkitRedisOptions> = {}) => working(stage.process(options))

describe('RD-40 what was said before an order', () => {
  it('RD-40 is not answered after it, where Redis was away', async () => {
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const { rest, gateway: _, ...connection } = sim.botOptions()
    const bots = [1, 2].map(() => {
      const bot = new Bot({ ...connection, rest, source: stage.process().source(), log: () => {} })
      bot.use(control()).on('message', async (ctx) => {
        if (ctx.text === 'slow A')
          await new Promise((_resolve, reject) =>
            ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
          )
        if (ctx.text === 'slow A' || ctx.text === 'B') await ctx.reply(`answer to ${ctx.text}`)
      })
      bot.start().catch(() => {})
      return bot
    })
    const { way, hand, publisher } = publish()
    const say = (text: string): void => {
      sim.user('ann').say(text)
      const { id, content } = sim.log.of('message').findLast(({ direction }) => direction === 'in')!
      const frame: WireFrame = {
        op: 0,
        t: 'C2C_MESSAGE_CREATE',
        id: `C2C_MESSAGE_CREATE:${id}`,
        d: { id, content, author: { user_openid: sim.user('ann').id } },
      }
      hand.push(frame)
    }
    hand.push(message('before', 'bob'))
    await stage.until(() => hand.settled.length === 1, 'not published')
    way.cut()
    for (const text of ['slow A', 'B']) say(text)
    await stage.until(() => publisher.status().state === 'waiting', 'it does not notice')
    // What was said waits for its next try, and the order has not failed yet.
    way.open()
    say('/stop')
    const said = (): readonly string[] =>
      sim.log
        .of('message')
        .filter(({ direction, change }) => direction === 'out' && change === 'sent')
        .map(({ content }) => content)
    await stage.until(() => hand.settled.length === 4, 'not everything is published')
    await stage.until(() => said().some((text) => /停止|任务/.test(text)), 'the order is not answered')
    await stage.until(async () => stage.isEmpty(), 'something is never over')
    expect(said()).toEqual([expect.stringMatching(/^已停止/)])
    await Promise.all(bots.map(async (bot) => bot.stop()))
    await sim.close()
  })

  it('RD-40 is not begun by the next worker, where the one that had begun it died', async () => {
    const { hand } = publish()
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
    await stage.until(async () => stage.isEmpty(), 'it is not over')
    hand.push(message('next', 'ann'))
    await stage.until(() => second.deliveries.length > 1, 'the conversation is stuck')
    expect(second.deliveries.map(textOf)).toEqual(['/stop', 'next'])
    expect(await stage.faults()).toEqual([])
  })

  it.each([true, false])(
    'RD-40 is all that an order stops which is pushed again late, waiting dropped: %s',
    async (waiting) => {
      const [late, prompt] = [front(), front()]
      const first = work()
      late.hand.push(message('before', 'bob'))
      await stage.until(() => first.deliveries.length === 1, 'not published')
      first.deliveries[0]?.settle('done')
      late.way.cut()
      late.hand.push(messageAt(1, '/stop', 'ann'))
      for (const [second, text] of [
        [2, 'a new question'],
        [3, 'and more'],
        [0, 'forgotten'],
      ] as const)
        prompt.hand.push(messageAt(second, text, 'ann'))
      await stage.until(() => prompt.hand.settled.length === 3, 'not published')
      await stage.until(() => first.deliveries.length === 2, 'it does not begin')
      late.way.open()
      await stage.until(() => first.deliveries.length === 3, 'the order waits')
      const [, question, order] = first.deliveries
      expect(await order!.order!.stop({ waiting })).toEqual({ stopped: 0, waiting: waiting ? 1 : 0 })
      order?.settle('done')
      await stage.pass()
      expect(question?.lease?.stop?.aborted).toBe(false)
      const settleAll = async (): Promise<boolean> => {
        for (const one of first.deliveries) one.settle('done')
        return stage.isEmpty()
      }
      await stage.until(settleAll, 'it is not over')
      const begun = ['before', 'a new question', '/stop', 'and more', 'forgotten']
      expect(first.deliveries.map(textOf)).toEqual(waiting ? begun.slice(0, -1) : begun)
    },
  )

  it('RD-40 is left out where another publisher brings it later, and nothing that was said after it', async () => {
    const [late, prompt] = [front(), front()]
    const { deliveries } = work()
    late.hand.push(message('before', 'bob'))
    await stage.until(() => deliveries.length === 1, 'not published')
    deliveries[0]?.settle('done')
    late.way.cut()
    for (const text of ['slow A', 'B']) late.hand.push(messageAt(1, text, 'ann'))
    late.hand.push(messageAt(1, 'of bob', 'bob'))
    late.hand.push(messageAt(4, 'C', 'ann'))
    prompt.hand.push(messageAt(3, '/stop', 'ann'))
    await stage.until(() => deliveries.length === 2, 'the order waits')
    await deliveries[1]!.order!.stop({ waiting: true })
    deliveries[1]?.settle('done')
    late.way.open()
    const settleAll = async (): Promise<boolean> => {
      for (const one of deliveries) one.settle('done')
      return late.hand.settled.length === 5 && (await stage.isEmpty())
    }
    await stage.until(settleAll, 'it is not over')
    expect(deliveries.map(textOf).toSorted()).toEqual(['/stop', 'C', 'before', 'of bob'])
    expect(await stage.faults()).toEqual([])
  })
})
