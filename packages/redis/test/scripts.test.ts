import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

import { systemClock } from '@qqkit/core'
import { seededRandom } from '@qqkit/core/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { StopMark } from '../src/queue/stop-mark.js'
import { Connection } from '../src/port/connection.js'
import { greet, parseInfo } from '../src/port/greeting.js'
import { audit } from '../src/queue/audit.js'
import {
  type EventQueue,
  type Outcome,
  type QueueLane,
  RedisQueue,
  type TakenEvent,
} from '../src/queue/event-queue.js'
import { ModelQueue } from './support/model-queue.js'
import { ports } from './support/port-of.js'
import { RedisServer } from './support/redis-server.js'

/** More with `SCRIPT_RUNS=10000`. */
const RUNS = Number(process.env['SCRIPT_RUNS'] ?? 60)

/** Commands refer to events by the bodies that both queues have. */
type Command =
  | { readonly do: 'open'; readonly token: string; readonly again: boolean; readonly mark: number | null }
  | { readonly do: 'claim' }
  | {
      readonly do: 'publish'
      readonly lane: QueueLane
      readonly token: string
      readonly back: number
      readonly most: number
      readonly events: readonly {
        readonly digest: string
        readonly conversation: string
        readonly order: boolean
        readonly unanswered: boolean
      }[]
    }
  | {
      readonly do: 'stop'
      readonly lane: QueueLane
      readonly conversation: string
      readonly which: number
      readonly said: number | null
      readonly waiting: boolean
    }
  | {
      readonly do: 'work'
      readonly lane: QueueLane
      readonly token: string
      readonly most: number
      readonly settled: readonly { readonly which: number; readonly outcome: Outcome }[]
    }
  | {
      readonly do: 'tick'
      readonly lane: QueueLane
      readonly token: string
      readonly ttl: number
      readonly reap: boolean
    }
  | {
      readonly do: 'join'
      readonly lane: QueueLane
      readonly name: string
      readonly life: number
      readonly ttl: number
      readonly running: readonly number[]
    }
  | {
      readonly do: 'note'
      readonly token: string
      readonly which: number
      readonly run: string
      readonly first: boolean
      readonly name: string
      readonly over: string
      readonly text: string
    }

const source = fc.constantFrom('p1', 'p1', 'p1', 'p2')
const token = fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:1')
const conversation = fc.constantFrom('x', 'y', 'place:p\u{1F4F7}', '')
const ttl = fc.constantFrom(60_000, 60_000, -1)
const lane = fc.constantFrom<QueueLane>('events', 'events', 'clicks')
/** ms of the platform; the server forgets what is a day old. */
const NOW = Date.now()

const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('open' as const),
        token: source,
        again: fc.boolean(),
        mark: fc.constantFrom(null, null, 0, 3),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('publish' as const),
        lane,
        token: source,
        back: fc.constantFrom(0, 0, 0, 1, 2, -1),
        most: fc.constantFrom(9, 9, 3),
        events: fc.array(
          fc.record({
            digest: fc.constantFrom('', '', 'd1', 'd2', '@d1'),
            conversation,
            order: fc.constantFrom(false, false, true),
            unanswered: fc.boolean(),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ do: 'claim' } as const) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('stop' as const),
        lane,
        conversation,
        which: fc.nat(9),
        said: fc.constantFrom(null, NOW, NOW + 1000),
        waiting: fc.boolean(),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('work' as const),
        lane,
        token,
        most: fc.nat(3),
        settled: fc.array(
          fc.record({
            which: fc.nat(9),
            outcome: fc.constantFrom<Outcome>('done', 'done', 'back', 'dead', { declined: 'd1' }),
          }),
          { maxLength: 3 },
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('tick' as const), lane, token, ttl, reap: fc.boolean() }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('join' as const),
        lane,
        name: fc.constantFrom('a', 'b'),
        life: fc.nat(3),
        ttl,
        running: fc.array(fc.nat(9), { maxLength: 3 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('note' as const),
        token,
        which: fc.nat(9),
        run: fc.constantFrom('r1 ', 'r2 '),
        first: fc.boolean(),
        name: fc.constantFrom('answer/1', 'answer/2'),
        over: fc.constantFrom('', '', 'r1 a', 'r2 b'),
        text: fc.constantFrom('a', 'b', ''),
      }),
    },
  ),
  { maxLength: 60, size: 'max' },
)

/** The notes about an event by its id, as a flat list. */
type NotesOf = (id: string) => readonly string[] | Promise<readonly string[]>

type Lanes<T> = Readonly<Record<QueueLane, T>>

/** How far a mark reaches, without ids. */
const reachOf = (id: string, mark: StopMark | null): unknown =>
  mark && { isOlder: Number(id) < Number(mark.before), said: mark.said }

/** A queue whose ids are replaced by the bodies of their events, so that two queues can be compared. */
class Named {
  readonly #lanes: Lanes<EventQueue>
  readonly #notesOf: NotesOf
  /** Everything that was ever taken, in order: settlements may come late, or from others. */
  readonly #taken: Lanes<TakenEvent[]> = { events: [], clicks: [] }
  readonly #marks: Record<QueueLane, number> = { events: 0, clicks: 0 }
  #count = 0

  constructor(lanes: Lanes<EventQueue>, notesOf: NotesOf) {
    this.#lanes = lanes
    this.#notesOf = notesOf
  }

  async run(command: Command): Promise<unknown> {
    switch (command.do) {
      case 'open': {
        const answers: unknown[] = []
        for (const one of ['events', 'clicks'] as const) {
          const answer = await this.#lanes[one].open('s', command.token, command)
          if (answer.kind === 'open') this.#marks[one] = answer.mark
          answers.push(answer)
        }
        return answers
      }
      case 'publish': {
        const { lane: where } = command
        const first = Math.max(1, this.#marks[where] + 1 - command.back)
        const events = command.events.map((one) => ({ ...one, body: `body ${++this.#count}` }))
        // Orders stand among events, and copies of clicks are the same in both lanes of a server alone.
        const clicks = events.map((one) => ({ ...one, order: false, digest: '' }))
        const others = events.map((one) => ({ ...one, unanswered: false }))
        const answer = await this.#lanes[where].publish('s', command.token, {
          first,
          most: command.most,
          events: where === 'clicks' ? clicks : others,
        })
        if (answer.kind === 'taken')
          this.#marks[where] = Math.max(this.#marks[where], first + answer.fates.length - 1)
        return answer
      }
      case 'claim':
        return this.#lanes.clicks.claimClicks()
      case 'work': {
        const settled = command.settled.flatMap(({ which, outcome }) => {
          const event = this.#one(command.lane, which)
          return event ? [{ conversation: event.conversation, id: event.id, outcome }] : []
        })
        const { taken, ...rest } = await this.#lanes[command.lane].work(command.token, command.most, settled)
        this.#taken[command.lane].push(...taken)
        return { ...rest, taken: taken.map((one) => ({ ...one, id: '', stop: reachOf(one.id, one.stop) })) }
      }
      case 'tick':
        return this.#lanes[command.lane].tick(command.token, command)
      case 'stop': {
        const { which, lane: where, ...order } = command
        const given = this.#one('clicks', which) ?? this.#one('events', which)
        if (!given) return null
        const queue = this.#lanes[where]
        const unfinished = (await queue.unfinished(order.conversation)).map(({ body }) => body)
        const { owner, mark, events } = await queue.stop({ ...order, before: given.id })
        return {
          owner,
          unfinished,
          events: events.map(({ id, ...one }) => ({ ...one, reach: reachOf(id, mark) })),
        }
      }
      case 'note': {
        const { token: by, which, text, ...note } = command
        const event = this.#one('events', which)
        if (!event) return null
        return this.#lanes.events.note(by, { ...event, ...note, note: text === '' ? '' : note.run + text })
      }
      case 'join':
      default: {
        const chosen = command.running.flatMap((which) => this.#one(command.lane, which) ?? [])
        // One event of a conversation at a time, as a worker has them.
        const running = [...new Map(chosen.map((one) => [one.conversation, one])).values()]
        return this.#lanes[command.lane].join(command.name, `${command.name}:${command.life}`, {
          ttl: command.ttl,
          running,
        })
      }
    }
  }

  #one(where: QueueLane, which: number): TakenEvent | undefined {
    const taken = this.#taken[where]
    return taken[which % Math.max(1, taken.length)]
  }

  async everything(where: QueueLane): Promise<unknown> {
    const snapshot = await this.#lanes[where].snapshot()
    const { bodies, ready, own, wait, tries, workers, dead } = snapshot
    const name = (id: string): string => bodies.get(id) ?? `unknown ${id}`
    const notes = await Promise.all(
      this.#taken.events.map(async ({ id }) => ({ isOpen: bodies.has(id), notes: await this.#notesOf(id) })),
    )
    return {
      notes: notes.map((one) => one.notes),
      left: notes.filter((one) => !one.isOpen && one.notes.length > 0),
      faults: audit(snapshot).map((fault) => fault.replaceAll(/\d{10,}/g, name)),
      bodies: [...bodies.values()].toSorted(),
      ready: [...ready].map(([one, id]) => `${one} ${name(id)}`).toSorted(),
      own: [...own].map(([one, owner]) => `${one} ${owner.replace(/^\d+/, name)}`).toSorted(),
      wait: wait.map((member) => member.replace(/\d+$/, name)).toSorted(),
      tries: [...tries].map(([id, lives]) => `${name(id)} ${lives}`).toSorted(),
      workers: [...workers.keys()].toSorted(),
      dead,
    }
  }
}

const connect = (server: RedisServer): Connection =>
  new Connection({
    port: ports.ioredis(server.socket),
    clock: systemClock,
    random: Math.random,
    commandTimeout: 5000,
    greet: async (send, again) => greet(send, 'meta', again),
  })

describe('RD-09 the scripts on a server', () => {
  let server: RedisServer
  let connection: Connection
  beforeAll(async () => {
    server = await RedisServer.start()
    connection = connect(server)
  })
  afterAll(async () => {
    connection.close()
    await server.dispose()
  })
  let count = 0
  const makeQueue = (): RedisQueue => new RedisQueue(connection.command, `t${++count}:`)

  it('RD-09 answer as the model does, and leave the same behind', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const orders = new ModelQueue()
        const model = new ModelQueue(orders)
        const events = makeQueue()
        const clicks = new RedisQueue(connection.command, `t${count}:`, undefined, 'clicks')
        const real = new Named(
          { events, clicks },
          async (id) => (await connection.command(['HGETALL', `t${count}:out:${id}`])) as readonly string[],
        )
        const lanes = { events: model.asQueue(), clicks: orders.asQueue() }
        const expected = new Named(lanes, (id) => [...model.notesOf(id)].flat())
        for (const command of [{ do: 'open', token: 'p1', again: false, mark: 0 } as const, ...list]) {
          model.now += 1
          orders.now += 1
          const answers = await Promise.all([real.run(command), expected.run(command)])
          expect({ command, answer: answers[0] }).toEqual({ command, answer: answers[1] })
        }
        for (const one of ['events', 'clicks'] as const) {
          const everything = await real.everything(one)
          expect(everything).toEqual(await expected.everything(one))
          expect(everything).toMatchObject(one === 'events' ? { left: [] } : {})
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('RD-09 are sent again to a server that has forgotten them', async () => {
    const queue = makeQueue()
    await queue.open('s', 'p', { again: false, mark: 0 })
    await connection.command(['SCRIPT', 'FLUSH'])
    expect(await queue.open('s', 'p', { again: true, mark: null })).toEqual({ kind: 'open', mark: 0 })
  })

  it('RD-09 let nothing that comes late undo what came after it', async () => {
    for (const queue of [makeQueue(), new ModelQueue().asQueue()]) {
      await queue.open('s', 'p', { again: false, mark: 0 })
      const events = [{ digest: '', conversation: 'c', body: 'b' }]
      await queue.publish('s', 'p', { first: 1, most: 9, events })
      // It was sent over a connection that was given up, before anything was published.
      expect(await queue.open('s', 'p', { again: true, mark: 0 })).toEqual({ kind: 'open', mark: 1 })
      await queue.join('w', 'w:10', { ttl: 60_000, running: [] })
      const { taken } = await queue.work('w:10', 1, [])
      // So was this join, before the one that counts.
      const { lost } = await queue.join('w', 'w:9', { ttl: 60_000, running: taken })
      expect(lost).toEqual([0])
      expect([...(await queue.snapshot()).own.values()]).toEqual([`${taken[0]!.id} w:10`])
      expect([...(await queue.snapshot()).workers.keys()]).toEqual(['w:10'])
    }
  })

  it('RD-09 number events that neither the clock nor a rewind can bring again', async () => {
    const queue = makeQueue()
    await queue.open('s', 'p', { again: false, mark: 0 })
    await connection.command(['SET', `t${count}:ctr`, '4000000000000000'])
    await queue.publish('s', 'p', {
      first: 1,
      most: 9,
      events: [{ digest: '', conversation: 'c', body: 'b' }],
    })
    expect([...(await queue.snapshot()).bodies.keys()]).toEqual(['4000000000000001'])
  })

  it('RD-10 refuse before they decide where the server has no memory, and leases live on', async () => {
    const full = await RedisServer.start('--maxmemory-policy', 'noeviction')
    const link = connect(full)
    const queue = new RedisQueue(link.command, 'q:')
    await queue.open('s', 'p', { again: false, mark: 0 })
    await queue.publish('s', 'p', {
      first: 1,
      most: 9,
      events: [{ digest: 'd', conversation: 'c', body: 'b' }],
    })
    await queue.join('w', 'w:1', { ttl: 60_000, running: [] })
    await link.command(['CONFIG', 'SET', 'maxmemory', '1'])
    const next = { first: 2, most: 9, events: [{ digest: '', conversation: 'd', body: 'e' }] }
    await expect(queue.publish('s', 'p', next)).rejects.toMatchObject({ code: 'redis_refused', reply: 'OOM' })
    expect(await queue.tick('w:1', { ttl: 60_000, reap: true })).toEqual({ kind: 'kept', workers: 1 })
    const { taken } = await queue.work('w:1', 1, [])
    expect(taken.map(({ body }) => body)).toEqual(['b'])
    await queue.work('w:1', 0, [{ ...taken[0]!, outcome: 'done' }])
    expect((await queue.snapshot()).bodies.size).toBe(0)
    link.close()
  })

  it('RD-10 are not used on a replica', async () => {
    const replica = await RedisServer.start()
    const setUp = connect(replica)
    await setUp.command(['REPLICAOF', '127.0.0.1', '1'])
    setUp.close()
    const late = connect(replica)
    await expect(late.command(['GET', 'a'])).rejects.toThrow('the server is a replica')
    late.close()
  })
})

const CUTS = Number(process.env['SCRIPT_CUTS'] ?? 6)

describe('RD-11 a log that was cut', () => {
  const newestLog = (server: RedisServer): string => {
    const folder = join(server.folder, 'appendonlydir')
    const logs = readdirSync(folder).filter((name) => name.includes('.incr.'))
    return join(
      folder,
      logs.toSorted((a, b) => Number(a.split('.').at(-3)) - Number(b.split('.').at(-3))).at(-1)!,
    )
  }

  /** Some work of a publisher and a worker. */
  const work = async (queue: RedisQueue, random: () => number): Promise<void> => {
    const opened = await queue.open('s', 'p', { again: false, mark: null })
    let mark = opened.kind === 'open' ? opened.mark : 0
    if (opened.kind === 'absent') await queue.open('s', 'p', { again: true, mark: 0 })
    await queue.join('w', 'w:1', { ttl: 60_000, running: [] })
    for (let turn = 0; turn < 30; turn += 1) {
      const events = [1, 2, 3].map((one) => ({
        digest: `${mark}/${turn}/${one}/${random()}`,
        conversation: `c${Math.floor(random() * 4)}`,
        body: 'x'.repeat(Math.floor(random() * 60)),
      }))
      const answer = await queue.publish('s', 'p', { first: mark + 1, most: 1000, events })
      if (answer.kind === 'taken') mark += answer.fates.length
      const { taken } = await queue.work('w:1', 3, [])
      const settled = taken.map((one) => ({
        ...one,
        outcome: random() < 0.8 ? ('done' as const) : ('back' as const),
      }))
      await queue.work('w:1', 0, settled)
    }
  }

  it.each(Array.from({ length: CUTS }, (_, index) => index + 1))(
    'RD-11 leaves a whole queue, after the next start and the one after that (%i)',
    async (seed) => {
      const random = seededRandom(seed)
      const server = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
      for (let life = 0; life < 3; life += 1) {
        const connection = connect(server)
        const queue = new RedisQueue(connection.command, 'q:')
        expect(audit(await queue.snapshot())).toEqual([])
        await work(queue, random)
        expect(audit(await queue.snapshot())).toEqual([])
        // Killed before the log is rewritten, a server with a log that was cut does not start again without help.
        while (parseInfo(await connection.command(['INFO'])).get('aof_rewrite_in_progress') === '1');
        connection.close()
        await server.kill()
        const log = newestLog(server)
        const { size } = statSync(log)
        truncateSync(log, Math.max(0, size - Math.floor(random() * Math.min(size, 3000))))
        await server.start()
      }
      const connection = connect(server)
      expect(audit(await new RedisQueue(connection.command, 'q:').snapshot())).toEqual([])
      connection.close()
    },
  )
})
