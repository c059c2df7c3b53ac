import { Buffer } from 'node:buffer'
import { createPrivateKey, sign } from 'node:crypto'

import { Bot } from '@qqkit/bot'
import type { Delivery, LogRecord, WireFrame } from '@qqkit/core'
import { systemClock } from '@qqkit/core'
import { createMemorySimulator } from '@qqkit/simulator'
import { Webhook } from '@qqkit/webhook'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'

import { HandSource } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

const APP_ID = '102000001'
const SECRET = 'tst-secret-0001'

/** The key of a bot: its secret, repeated and cut to 32 bytes (§7.3). */
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, SECRET)]),
  format: 'der',
  type: 'pkcs8',
})

const clickOf = (id: string): WireFrame => ({
  op: 0,
  t: 'INTERACTION_CREATE',
  id: `INTERACTION_CREATE:${id}`,
  d: {
    id,
    type: 11,
    chat_type: 2,
    user_openid: 'ann',
    data: { type: 11, resolved: { button_data: 'yes', button_id: 'b' } },
  },
})

/** A click as the platform pushes it. */
const pushOf = (id: string): Request => {
  const body = JSON.stringify(clickOf(id))
  const timestamp = String(Math.floor(Date.now() / 1000))
  return new Request('https://bot.example/qq', {
    method: 'POST',
    body,
    headers: {
      'x-bot-appid': APP_ID,
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), key).toString('hex'),
    },
  })
}

const { stage } = redisOfTests()
const records: LogRecord[] = []
beforeEach(() => {
  records.length = 0
})

const log = (record: LogRecord): void => void records.push(record)

/** A front: a webhook that publishes. */
const front = async (interactionAck?: 'intake' | 'handler', redis = stage.process({ log })) => {
  // Longer than what is promised.
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: () => {}, interactionTimeout: 20_000 })
  const listeners = async (): Promise<number> => {
    const [, count] = (await stage.command(['PUBSUB', 'NUMSUB', `qqkit:{${stage.appId}}:codes`])) as number[]
    return Number(count)
  }
  const before = await listeners()
  const publisher = redis.publish(webhook, interactionAck && { interactionAck })
  const running = publisher.run()
  running.catch(() => {})
  if (interactionAck === 'handler') {
    await stage.until(async () => (await listeners()) > before, 'the front does not listen')
    await stage.pass()
  }
  /** What the platform gets, and after how many ms. */
  const push = async (id: string): Promise<{ readonly answer: unknown; readonly ms: number }> => {
    const before = performance.now()
    const response = await webhook.fetch(pushOf(id))
    return { answer: await response.json(), ms: performance.now() - before }
  }
  return { push, publisher, running }
}

/** A worker whose consumer is given. */
const work = (consumer: (delivery: Delivery) => void) => {
  const source = stage.process().source()
  source.run(consumer).catch(() => {})
  return source
}

const answered = (code: number): unknown => ({ op: 12, code })

describe('RD-35 the answer to a click over the webhook', () => {
  it('RD-35 is 0 at once, and workers know it', async () => {
    const { push } = await front()
    const given: unknown[] = []
    const { answer } = await push('i1')
    expect(answer).toEqual(answered(0))
    work((delivery) => {
      given.push(delivery.acknowledged, delivery.acknowledge(4), delivery.acknowledge(0))
      delivery.settle('done')
    })
    await stage.until(() => given.length === 3, 'no delivery')
    // Another code needs a call; the same one does not.
    expect(given).toEqual([true, false, true])
  })

  it("RD-35 with interactionAck: 'handler' has the code of the worker, on every front that got the click", async () => {
    const fronts = [await front('handler'), await front('handler')]
    const given: boolean[] = []
    const kept: Delivery[] = []
    work((delivery) => void kept.push(delivery))
    const pushed = fronts.map(async ({ push }) => push('i2'))
    await stage.until(() => kept.length === 1, 'no delivery')
    // Both have published it.
    await stage.until(() => fronts.every(({ publisher }) => publisher.pending === 0), 'not published')
    given.push(kept[0]!.acknowledge(4))
    for (const { answer, ms } of await Promise.all(pushed)) {
      expect(answer).toEqual(answered(4))
      expect(ms).toBeLessThan(2000)
    }
    expect(given).toEqual([true])
  })

  it("RD-35 is the code of a bot's handler", async () => {
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const { push } = await front('handler')
    const redis = stage.process()
    const { rest, gateway: _, ...connection } = sim.botOptions()
    const bot = new Bot({
      ...connection,
      rest,
      source: redis.source(),
      interactionAck: 'handler',
      log: () => {},
    })
    bot.button('yes', async (ctx) => ctx.ack(3))
    const running = bot.start()
    const { answer } = await push('i3')
    expect(answer).toEqual(answered(3))
    await bot.stop()
    await running
    expect(sim.log.of('call').filter(({ route }) => route.includes('interaction'))).toEqual([])
    await sim.close()
  })

  it('RD-35 is 0 within 3 s when the worker dies with the click, and there is one answer', async () => {
    const { push, publisher } = await front('handler')
    let late: Delivery | null = null
    const dying = stage.process()
    dying
      .source()
      .run((delivery) => {
        late = delivery
        void dying.close()
      })
      .catch(() => {})
    const { answer, ms } = await push('i4')
    expect(answer).toEqual(answered(0))
    expect(ms).toBeLessThan(3000)
    expect(late).not.toBe(null)
    expect(publisher.pending).toBe(0)
  })

  it('RD-35 is 0 after a second while Redis is away; what is answered is published later, what is not is pushed again', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    const client = new Redis({ path: own.socket, lazyConnect: true })
    const redis = elsewhere.process({ client, log })
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: () => {}, interactionTimeout: 20_000 })
    const publisher = redis.publish(webhook, { interactionAck: 'handler' })
    const running = publisher.run()
    await own.kill()
    await stage.until(() => publisher.status().state === 'waiting', 'it does not notice')
    const before = performance.now()
    const answer = await (await webhook.fetch(pushOf('i5'))).json()
    expect(answer).toEqual(answered(0))
    expect(performance.now() - before).toBeLessThan(2000)
    await own.start()
    await stage.until(() => publisher.pending === 0, 'it is not published')
    expect((await elsewhere.queue('clicks').snapshot()).bodies.size).toBe(1)
    await own.kill()
    await webhook.fetch(pushOf('i6'))
    const pushed = webhook.fetch(pushOf('i7'))
    await stage.until(() => publisher.pending === 2, 'the click does not wait')
    await redis.close()
    expect((await pushed).status).toBe(503)
    await running.catch(() => {})
    expect(records.filter(({ event }) => event === 'redis.clicks_lost')).toMatchObject([
      { level: 'error', count: 1 },
    ])
    await elsewhere.dispose()
  })

  it('RD-35 is none over a gateway: there the worker acknowledges', async () => {
    const hand = new HandSource()
    const publisher = stage.process().publish(hand, { interactionAck: 'handler' })
    publisher.run().catch(() => {})
    const given: boolean[] = []
    work((delivery) => given.push(delivery.acknowledged, delivery.acknowledge(0)))
    hand.push(clickOf('i7'))
    await stage.until(() => given.length > 0, 'no delivery')
    expect([given, hand.acknowledged]).toEqual([[false, false], []])
  })
})
