import { cpSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import type { Delivery, LogRecord } from '@qqkit/core'
import { beforeEach, describe, expect, it } from 'vitest'

import { writeEntry } from '../src/events/entry.js'
import type { QqkitRedisOptions } from '../src/options.js'
import type { QqkitRedis } from '../src/qqkit-redis.js'
import type { RedisLink, RedisPort } from '../src/port/port.js'
import { HandSource, message, textOf } from './support/hand-source.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { publishing, working } from './support/running.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

/** A lease that tests can wait for. */
const LEASE = 900

const { server, stage } = redisOfTests()

const records: LogRecord[] = []
const log = (record: LogRecord): void => void records.push(record)
beforeEach(() => void records.splice(0))
const logged = (event: string): readonly LogRecord[] => records.filter((one) => one.event === event)

const makeProcess = (options: Partial<QqkitRedisOptions> = {}): QqkitRedis =>
  stage.process({ log, lease: LEASE, ...options })

const publish = (redis = makeProcess()) => publishing(redis)

const work = (redis = makeProcess()) => working(redis)

describe('RD-13 the events of a conversation', () => {
  it('RD-13 are handled one after the other, whichever worker takes them, and others do not wait', async () => {
    const { hand } = publish()
    const workers = [work(), work()]
    const all = (): Delivery[] => workers.flatMap(({ deliveries }) => deliveries)
    for (const text of ['a1', 'a2', 'a3']) hand.push(message(text, 'ann'))
    hand.push(message('b1', 'bob'))
    await stage.until(() => all().length === 2, 'the first of each conversation')
    expect(all().map(textOf).toSorted()).toEqual(['a1', 'b1'])
    for (const expected of ['a2', 'a3']) {
      all()
        .findLast((one) => textOf(one).startsWith('a'))
        ?.settle('done')
      await stage.until(() => all().some((one) => textOf(one) === expected), `no ${expected}`)
    }
    for (const delivery of all()) delivery.settle('done')
    await stage.until(
      async () => (await stage.queue().snapshot()).bodies.size === 0,
      'the queue is not empty',
    )
    expect(await stage.faults()).toEqual([])
    expect(hand.settled).toHaveLength(4)
  })

  it('RD-13 keep clicks out: these have a lane of their own', async () => {
    const { hand } = publish()
    const worker = work()
    hand.push(message('slow', 'ann'))
    await stage.until(() => worker.deliveries.length === 1, 'no message')
    hand.push({
      op: 0,
      t: 'INTERACTION_CREATE',
      id: 'click:1',
      d: { id: 'i1', content: 'click', group_openid: 'g', group_member_openid: 'ann' },
    })
    await stage.until(() => worker.deliveries.length === 2, 'no click')
    expect(worker.deliveries[1]?.acknowledged).toBe(false)
  })

  it('RD-13 are those of a key that is made of the raw event', async () => {
    const { hand } = publish(makeProcess({ conversation: ({ place }) => place }))
    const worker = work()
    for (const who of ['ann', 'bob']) hand.push(message(who))
    await stage.until(() => worker.deliveries.length === 1, 'no message')
    for (let turn = 0; turn < 20; turn += 1) await stage.pass()
    expect(worker.texts()).toEqual(['ann'])
  })
})

describe('RD-14 a worker that ends', () => {
  it('RD-14 leaves what it has not finished to the others at once, without a life', async () => {
    const { hand } = publish()
    const first = work()
    hand.push(message('one'))
    await stage.until(() => first.deliveries.length === 1, 'no delivery')
    expect(first.deliveries[0]?.lease?.valid()).toBe(true)
    await first.source.close()
    await first.running
    expect(first.deliveries[0]?.lease?.signal.aborted).toBe(true)
    const second = work()
    await stage.until(() => second.deliveries.length === 1, 'the next worker gets nothing')
    const [delivery] = second.deliveries
    expect([delivery?.replayed, delivery?.shared]).toEqual([false, true])
    // Too late: it belongs to the other worker.
    first.deliveries[0]?.settle('done')
    expect((await stage.queue().snapshot()).bodies.size).toBe(1)
    delivery?.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'not settled')
  })

  it('RD-14 without a word is noticed by its lease, and costs the event a life', async () => {
    const { hand } = publish()
    const first = work()
    hand.push(message('one'))
    await stage.until(() => first.deliveries.length === 1, 'no delivery')
    // As a process that is killed.
    await first.redis.close()
    const second = work()
    await stage.until(() => second.deliveries.length === 1, 'the event is stuck')
    expect(second.deliveries[0]?.replayed).toBe(true)
    expect(first.deliveries[0]?.lease?.valid()).toBe(false)
    expect(await stage.faults()).toEqual([])
  })

  it('RD-14 three times with one event makes the fourth give it up', async () => {
    const { hand } = publish()
    hand.push(message('poison'))
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 1, 'not published')
    for (let life = 0; life < 3; life += 1) {
      const victim = work()
      await stage.until(() => victim.deliveries.length === 1, `nobody begins life ${life}`)
      await victim.redis.close()
    }
    const last = work()
    await stage.until(async () => (await stage.queue().snapshot()).dead.length === 1, 'it is not given up')
    expect([last.deliveries.length, logged('redis.dead').length]).toEqual([0, 1])
    hand.push(message('healthy', 'poison'))
    await stage.until(() => last.texts().includes('healthy'), 'the conversation is stuck')
  })
})

describe('RD-15 a worker whose event went to another', () => {
  it('RD-15 hears it when it joins again, and its settlement changes nothing', async () => {
    const { hand } = publish()
    const first = work()
    hand.push(message('one'))
    await stage.until(() => first.deliveries.length === 1, 'no delivery')
    // Another worker got it meanwhile, as after a failover.
    const { ready, own } = await stage.queue().snapshot()
    const [[conversation, owner] = ['', '']] = own
    expect(ready.size).toBe(0)
    const prefix = `qqkit:{${stage.appId}}:`
    await stage.command(['HSET', `${prefix}own`, conversation, `${owner.split(' ')[0]} other:1`])
    await stage.command(['ZADD', `${prefix}workers`, '99999999999999', 'other:1'])
    await stage.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    await stage.until(() => first.deliveries[0]?.lease?.signal.aborted === true, 'it does not hear')
    expect(logged('redis.lease_lost')).toHaveLength(1)
    first.deliveries[0]?.settle('done')
    for (let turn = 0; turn < 20; turn += 1) await stage.pass()
    expect((await stage.queue().snapshot()).own.get(conversation)).toContain('other:1')
  })

  it('RD-15 keeps what is its own over a lost connection', async () => {
    const { hand } = publish()
    const worker = work()
    hand.push(message('one'))
    await stage.until(() => worker.deliveries.length === 1, 'no delivery')
    await stage.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    await stage.until(
      async () => [...(await stage.queue().snapshot()).own.values()].some((one) => one.endsWith(':2')),
      'it does not join again',
    )
    expect(worker.deliveries[0]?.lease?.valid()).toBe(true)
    worker.deliveries[0]?.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'not settled')
    expect(worker.deliveries).toHaveLength(1)
  })
})

describe('RD-16 a publisher', () => {
  it('RD-16 settles an event when the server has it, and says why it waits', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    const redis = elsewhere.process({ log })
    const { hand, publisher, running } = publish(redis)
    hand.push(message('one'))
    await stage.until(() => hand.settled.length === 1, 'not settled')
    expect(publisher.status().state).toBe('ready')
    await own.kill()
    hand.push(message('two'))
    await stage.until(() => publisher.status().state === 'waiting', 'it does not say that it waits')
    expect([hand.settled.length, publisher.pending, logged('redis.publish_waits').length]).toEqual([1, 1, 1])
    await own.start()
    await stage.until(() => hand.settled.length === 2, 'not settled after the restart')
    expect(publisher.status().state).toBe('ready')
    await publisher.close()
    await running
    await elsewhere.dispose()
  })

  it('RD-16 publishes again what the server has lost', async () => {
    const { hand, redis } = publish()
    for (const text of ['one', 'two']) hand.push(message(text))
    await stage.until(() => hand.settled.length === 2, 'not settled')
    const keys = (await stage.command(['KEYS', `qqkit:{${stage.appId}}*`])) as readonly string[]
    await stage.command(['DEL', ...keys])
    hand.push(message('three'))
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 3, 'not published again')
    expect([hand.settled.length, logged('redis.rewound').length, await stage.faults()]).toEqual([3, 1, []])
    await stage.until(async () => (await redis.status()).rewinds === 1, 'it is not counted')
  })

  it('RD-16 publishes an order again past its conversation, with and behind what the server has lost', async () => {
    const { hand } = publish()
    for (const text of ['one', '/stop']) hand.push(message(text))
    await stage.until(() => hand.settled.length === 2, 'not settled')
    const keys = (await stage.command(['KEYS', `qqkit:{${stage.appId}}*`])) as readonly string[]
    await stage.command(['DEL', ...keys])
    hand.push(message('/new'))
    await stage.until(() => hand.settled.length === 3, 'not published again')
    const sizes = [stage.queue(), stage.queue('clicks')].map(
      async (queue) => (await queue.snapshot()).bodies.size,
    )
    expect(await Promise.all(sizes)).toEqual([1, 2])
  })

  it('RD-16 does not publish confirmed events again to a server that knows nothing, if it has not all of them', async () => {
    const before = publish()
    before.hand.push(message('old'))
    await stage.until(() => before.hand.settled.length === 1, 'not settled')
    await before.publisher.close()
    const { hand } = publish()
    hand.push(message('one'))
    await stage.until(() => hand.settled.length === 1, 'not settled')
    const keys = (await stage.command(['KEYS', `qqkit:{${stage.appId}}*`])) as readonly string[]
    await stage.command(['DEL', ...keys])
    hand.push(message('two'))
    await stage.until(() => hand.settled.length === 2, 'not settled')
    const { bodies } = await stage.queue().snapshot()
    expect([...bodies.values()].map((body) => body.includes('"two"'))).toEqual([true])
    expect(logged('redis.emptied')).toMatchObject([{ level: 'error', code: 'redis_emptied' }])
  })

  it('RD-16 waits while the queue is full', async () => {
    const { hand, publisher } = publish(makeProcess({ backlog: 2 }))
    for (const text of ['one', 'two', 'three']) hand.push(message(text))
    await stage.until(() => hand.settled.length === 2, 'not settled')
    await stage.until(() => publisher.status().state === 'waiting', 'it does not wait')
    expect(publisher.status().reason).toContain('no room')
    const worker = work()
    await stage.until(() => worker.deliveries.length === 2, 'no events')
    for (const delivery of worker.deliveries) delivery.settle('done')
    await stage.until(() => hand.settled.length === 3, 'the third is stuck')
  })

  it('RD-16 is refused when another one has opened its source', async () => {
    const first = publish()
    first.hand.push(message('one'))
    await stage.until(() => first.hand.settled.length === 1, 'not settled')
    const second = publish()
    second.hand.push(message('two'))
    await stage.until(() => second.hand.settled.length === 1, 'not settled')
    first.hand.push(message('three'))
    await expect(first.running).rejects.toMatchObject({ code: 'redis_fenced' })
    expect(first.hand.settled).toHaveLength(1)
    // Nobody would settle what it waited for.
    expect(first.hand.closedWith).toEqual([{ resumable: true, drain: false }])
  })

  it('RD-16 takes nothing over from another one once its source has failed', async () => {
    const port = ports.redis(server.socket)
    const links = new Set<RedisLink>()
    let isCutOff = false
    const client: RedisPort = {
      duplicate: async (onEnd) => {
        if (isCutOff) throw new Error('cut off')
        const link = await port.duplicate(onEnd)
        links.add(link)
        return link
      },
    }
    const redis = makeProcess({ client })
    const first = publish(redis)
    await stage.until(async () => (await stage.process().status()).publishers === 1, 'it has not looked')
    isCutOff = true
    for (const link of links) link.destroy()
    first.hand.push(message('early'))
    const second = publish()
    second.hand.push(message('two'))
    await stage.until(() => second.hand.settled.length === 1, 'not settled')
    isCutOff = false
    first.hand.fail(new Error('the session is taken'))
    await expect(first.running).rejects.toThrow('the session is taken')
    second.hand.push(message('three'))
    await stage.until(() => second.hand.settled.length === 2, 'it is fenced')
    expect(first.hand.settled).toEqual([])
  })

  it('RD-16 takes nothing over from the process that has taken its session, also before it knows of that', async () => {
    const key = { appId: stage.appId, shard: { index: 0, total: 1 } }
    const slow = makeProcess({ lease: 60_000 })
    await slow.sessions().open(key)
    await stage.command(['HSET', `qqkit:{${stage.appId}}:session:${stage.appId}:0/1`, 'until', '0'])
    const next = makeProcess()
    const slot = await next.sessions().open(key)
    const [loser, winner] = [publish(slow), publish(next)]
    winner.hand.push(message('one'))
    await stage.until(() => winner.hand.settled.length === 1, 'not settled')
    loser.hand.push(message('late'))
    await expect(loser.running).rejects.toMatchObject({ code: 'redis_fenced' })
    expect(loser.hand.settled).toEqual([])
    winner.hand.push(message('two'))
    await stage.until(() => winner.hand.settled.length === 2, 'it is fenced')
    await slot.close()
  })

  it('RD-16 ends with what has come published', async () => {
    const { hand, publisher, running } = publish()
    for (let index = 0; index < 200; index += 1) hand.push(message(`m${index}`, 'ann'))
    await publisher.close()
    await running
    expect([hand.settled.length, publisher.pending]).toEqual([200, 0])
  })
})

describe('RD-32 a publisher that waits for replicas', () => {
  it('RD-32 settles an event when they have it, and says that they do not', async () => {
    const primary = await RedisServer.start('--port', '0', '--repl-diskless-sync-delay', '0')
    const elsewhere = new RedisStage(primary)
    const { hand, publisher, running } = publish(
      elsewhere.process({ log, durability: { replicas: 1, timeout: 50 } }),
    )
    hand.push(message('one'))
    const said = '0 replicas have confirmed, and 1 must'
    await elsewhere.until(() => publisher.status().reason === said, 'it does not say why it waits')
    expect(logged('redis.finding').map(({ code }) => code)).toContain('redis_no_replica')
    expect([hand.settled, (await elsewhere.queue().snapshot()).bodies.size]).toEqual([[], 1])
    const port = await primary.listen()
    const replica = await RedisServer.start('--replicaof', `127.0.0.1 ${port}`)
    await elsewhere.until(() => hand.settled.length === 1, 'it is not settled')
    expect(publisher.status().state).toBe('ready')
    // As often as it was published again, it is there once.
    expect((await elsewhere.queue().snapshot()).bodies.size).toBe(1)
    await replica.dispose()
    await publisher.close()
    await running
    await elsewhere.dispose()
  })
})

describe('RD-17 copies', () => {
  it('RD-17 of a message are handled once, over several publishers and under two names', async () => {
    const gateway = publish()
    const front = publish()
    front.hand.shard = null
    const worker = work()
    gateway.hand.push(message('hello', 'ann', 'same'))
    front.hand.push(message('hello', 'ann', 'same'))
    front.hand.push({
      ...message('hello', 'ann', 'same'),
      t: 'GROUP_MESSAGE_CREATE',
      id: 'GROUP_MESSAGE_CREATE:same',
    })
    front.hand.push(message('other', 'bob'))
    await stage.until(() => worker.deliveries.length === 2, 'no two deliveries')
    await stage.until(() => front.hand.settled.length === 3, 'copies are not settled')
    for (const delivery of worker.deliveries) delivery.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'not settled')
    expect(worker.texts().toSorted()).toEqual(['hello', 'other'])
  })

  it('RD-17 of a message are handled once over restarts, also when the first was handled long before', async () => {
    const twin = {
      ...message('hello', 'ann', 'twin'),
      t: 'GROUP_MESSAGE_CREATE',
      id: 'GROUP_MESSAGE_CREATE:twin',
    }
    const first = publish()
    const worker = work()
    first.hand.push(message('hello', 'ann', 'twin'))
    await stage.until(() => worker.deliveries.length === 1, 'it is not handled')
    worker.deliveries[0]!.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'not settled')
    await first.publisher.close()
    await worker.source.close()
    const next = publish()
    const other = work()
    next.hand.push(twin)
    next.hand.push(message('other', 'bob'))
    await stage.until(() => other.deliveries.length > 0 && next.hand.settled.length === 2, 'nothing comes')
    expect(other.texts()).toEqual(['other'])
  })

  const plain = (text: string, id: string) => ({
    ...message(text, 'ann', id),
    t: 'GROUP_MESSAGE_CREATE',
    id: `GROUP_MESSAGE_CREATE:${id}`,
  })
  it.each(['before', 'after'] as const)(
    'RD-17 that address the bot are handled when the event before them was declined, also if they come %s that, over publishers and restarts',
    async (when) => {
      const first = publish()
      const worker = work()
      first.hand.push(plain('hello', 'late'))
      await stage.until(() => worker.deliveries.length === 1, 'it is not taken')
      const next = publish()
      next.hand.shard = null
      const pushTwin = async (): Promise<void> => {
        next.hand.push(message('hello', 'ann', 'late'))
        const { length } = next.hand.settled
        await stage.until(() => next.hand.settled.length > length, 'the twin is not published')
      }
      if (when === 'before') await pushTwin()
      worker.deliveries[0]!.settle('declined')
      if (when === 'after') {
        await stage.until(async () => stage.isEmpty(), 'it is not settled')
        await first.publisher.close()
        await worker.source.close()
        await pushTwin()
      }
      const other = work()
      const all = (): readonly Delivery[] => [...worker.deliveries.slice(1), ...other.deliveries]
      await stage.until(() => all().length === 1, 'the twin is lost')
      expect(all().map(({ frame }) => frame.t)).toEqual(['GROUP_AT_MESSAGE_CREATE'])
      all()[0]!.settle('done')
      // From now on both are copies.
      next.hand.push(message('hello', 'ann', 'late'))
      next.hand.push(plain('hello', 'late'))
      next.hand.push(message('end', 'ann'))
      await stage.until(() => all().length === 2, 'it is stuck')
      expect(textOf(all()[1]!)).toBe('end')
      all()[1]!.settle('done')
      await stage.until(async () => stage.isEmpty(), 'it is not empty')
      expect(await stage.faults()).toEqual([])
    },
  )

  it('RD-17 that address the bot are not handled when the event before them was, also if they come before its end', async () => {
    const { hand } = publish()
    const worker = work()
    hand.push(plain('hello', 'had'))
    await stage.until(() => worker.deliveries.length === 1, 'it is not taken')
    hand.push(message('hello', 'ann', 'had'))
    hand.push(message('end', 'ann'))
    await stage.until(() => hand.settled.length === 3, 'they are not published')
    worker.deliveries[0]!.settle('done')
    await stage.until(() => worker.deliveries.length === 2, 'it is stuck')
    expect(worker.texts()).toEqual(['hello', 'end'])
    worker.deliveries[1]!.settle('done')
    await stage.until(async () => stage.isEmpty(), 'it is not empty')
  })

  it('RD-17 that differ in their index are no copies', async () => {
    const { hand } = publish()
    const worker = work()
    for (const index of ['a', 'b']) {
      const frame = message(index, index, 'one id')
      hand.push({ ...frame, d: { ...(frame.d as object), message_scene: { ext: [`msg_idx=${index}`] } } })
    }
    await stage.until(() => worker.deliveries.length === 2, 'one is missing')
  })
})

describe('RD-18 an event in the queue', () => {
  it('RD-18 comes out as it went in', async () => {
    const { hand } = publish()
    hand.carriesCodes = true
    const worker = work()
    const frame = {
      op: 0,
      s: 7,
      t: 'INTERACTION_CREATE',
      id: 'click:9',
      d: { id: 'i9', content: '\u{1F4F7} 图\0' },
    }
    hand.push(frame, { replayed: true })
    await stage.until(() => worker.deliveries.length === 1, 'no delivery')
    const { key, frame: got, shard, replayed, acknowledged } = worker.deliveries[0]!
    expect({ key, got, shard, replayed, acknowledged }).toEqual({
      key: 'event:click:9',
      got: frame,
      shard: { index: 0, total: 1 },
      replayed: true,
      // The front has answered it already.
      acknowledged: true,
    })
    expect(hand.acknowledged).toEqual([0])
  })

  const append = async (body: string): Promise<void> => {
    const queue = stage.queue()
    await queue.open('s', 'p', { again: false, mark: 0 })
    await queue.publish('s', 'p', { first: 1, most: 9, events: [{ digest: '', conversation: 'c', body }] })
  }
  const written = (): string =>
    writeEntry({ key: 'k', frame: message('x'), shard: null, replayed: false } as Delivery, {
      digest: '',
      acknowledged: false,
    })

  /** How often workers looked for work. */
  const looks = async (): Promise<number> => {
    const stats = String(await stage.command(['INFO', 'commandstats']))
    return Number(/cmdstat_zpopmin:calls=(\d+)/.exec(stats)?.[1] ?? 0)
  }

  it('RD-18 of a newer version is left to a newer worker, and reported once', async () => {
    await append(written().replace('"v":1', '"v":2'))
    const worker = work()
    await stage.until(() => logged('redis.newer_entry').length === 1, 'not reported')
    const before = await looks()
    await stage.until(async () => (await looks()) > before, 'it is not looked at again')
    await stage.until(async () => (await stage.queue().snapshot()).ready.size === 1, 'it is not left')
    await worker.source.close()
    const { ready, dead } = await stage.queue().snapshot()
    expect([ready.size, dead.length, worker.deliveries.length]).toEqual([1, 0, 0])
    expect(logged('redis.newer_entry')).toHaveLength(1)
  })

  it('RD-18 that is damaged is given up, and reported', async () => {
    await append(written().slice(0, -5))
    const worker = work()
    await stage.until(async () => (await stage.queue().snapshot()).dead.length === 1, 'not given up')
    expect([worker.deliveries.length, logged('redis.damaged_entry').length]).toEqual([0, 1])
  })
})

describe('RD-28 the status of a queue', () => {
  it('RD-28 counts what waits and runs, by lane, and says since when', async () => {
    const { hand, redis } = publish()
    for (const who of ['ann', 'ann', 'bob']) hand.push(message(who))
    hand.push({ op: 0, t: 'INTERACTION_CREATE', id: 'click:1', d: { id: 'i1' } })
    await stage.until(() => hand.settled.length === 4, 'not published')
    const { events, clicks, publishers, rewinds } = await redis.status()
    expect([publishers, rewinds]).toEqual([1, 0])
    const [seconds] = (await stage.command(['TIME'])) as readonly [string]
    expect(Math.abs((events.oldest ?? 0) - Number(seconds) * 1000)).toBeLessThan(5000)
    expect({ ...events, oldest: 0 }).toEqual({
      ready: 2,
      running: 0,
      events: 3,
      oldest: 0,
      workers: 0,
      dead: 0,
    })
    expect([clicks.ready, clicks.events]).toEqual([1, 1])
    const worker = work()
    await stage.until(() => worker.deliveries.length === 3, 'no deliveries')
    const { events: now } = await redis.status()
    expect(now).toMatchObject({ ready: 0, running: 2, oldest: null, workers: 1 })
  })

  it('RD-28 takes a worker whose lease has run out for none, also where no other one notices', async () => {
    const { hand, redis } = publish()
    hand.push(message('one'))
    const worker = work()
    await stage.until(() => worker.deliveries.length === 1, 'no delivery')
    expect((await redis.status()).events).toMatchObject({ ready: 0, running: 1, workers: 1 })
    // As a process that is killed.
    await worker.redis.close()
    const status = async () => (await redis.status()).events
    await stage.until(async () => (await status()).workers === 0, 'it is counted for ever')
    const [id] = (await stage.queue().snapshot()).bodies.keys()
    expect(await status()).toMatchObject({ ready: 1, running: 0, oldest: Math.floor(Number(id) / 1000) })
  })
})

describe('RD-29 a source without shards', () => {
  it('RD-29 leaves nothing behind for long', async () => {
    const { hand } = publish()
    hand.shard = null
    hand.push(message('one'))
    await stage.until(() => hand.settled.length === 1, 'not published')
    const [key = ''] = (await stage.command(['KEYS', `qqkit:{${stage.appId}}:src:*`])) as readonly string[]
    expect(Number(await stage.command(['PTTL', key]))).toBeGreaterThan(3_500_000)
  })
})

describe('RD-08 a server that has lost its last moments', () => {
  // One that waited does so in the nights of RD-27; how long ago a server began, only a server can say.
  it('RD-08 makes a worker that begins ask what the others have settled before it takes anything', async () => {
    const torn = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    const night = new RedisStage(torn)
    const processOf = (): QqkitRedis => night.process({ log, lease: 60_000 })
    const begun: string[] = []
    const run = (redis: QqkitRedis) => {
      const source = redis.source()
      const running = source.run((delivery) => {
        begun.push(textOf(delivery))
        delivery.settle('done')
      })
      running.catch(() => {})
      return { source, running }
    }
    const hand = new HandSource()
    const publisher = processOf().publish(hand)
    const publishing = publisher.run()
    const first = run(processOf())
    hand.push(message('one', 'ann'))
    await night.until(() => begun.length === 1, 'nothing is handled')
    await night.until(async () => (await night.queue().snapshot()).bodies.size === 0, 'it is not settled')
    // Kept as it is when the next event is published and not taken yet.
    await first.source.close()
    hand.push(message('two', 'ann'))
    await night.until(async () => (await night.queue().snapshot()).ready.size === 1, 'it is not published')
    const newest = join(torn.folder, 'appendonlydir')
    const kept = join(torn.folder, 'kept')
    cpSync(newest, kept, { recursive: true })
    const teller = run(processOf())
    await night.until(() => begun.length === 2, 'the next is not handled')
    await night.until(async () => (await night.queue().snapshot()).bodies.size === 0, 'nor settled')
    await torn.kill()
    rmSync(newest, { recursive: true })
    renameSync(kept, newest)
    await torn.start()
    const beginning = run(processOf())
    await night.until(async () => (await night.queue().snapshot()).bodies.size === 0, 'it is left')
    expect(begun).toEqual(['one', 'two'])
    await Promise.all([teller.source.close(), beginning.source.close()])
    await publisher.close()
    await publishing
    await night.dispose()
  })
})
