import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { WindowLimiter } from '../src/index.js'
import { restHarness, C2C, failure, sent } from './support/rest-harness.js'

const SECOND = 1000
const USERS = 200
const FLOODER = 'flooder'

/** Time of an answer, in ms. */
const LATENCY = 40

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

/** What the others do, and how. */
interface Flood {
  readonly refusal?: () => ReturnType<typeof failure>
  /** Who floods, each with so many messages between two of ordinary users. */
  readonly flooders?: readonly string[]
  readonly messages?: number
}

/** Replies to 200 ordinary users, 33 a second in all, and to those who flood; the latency of the ordinary ones. */
const play = async ({ refusal, flooders = [FLOODER], messages = 1 }: Flood): Promise<readonly number[]> => {
  const made = restHarness(async ({ path }) => {
    await new Promise<void>((resolve) => made.clock.setTimer(LATENCY, resolve))
    return refusal && path.includes(FLOODER) ? refusal() : sent()
  })
  const { rest, clock } = made
  const latencies: number[] = []
  const runs: Promise<unknown>[] = []
  const reply = async (id: string, anchor: string): Promise<void> => {
    const started = clock.now()
    await rest.send({ scene: 'c2c', id }, 'hi', { anchor: { msgId: anchor } }).catch(() => null)
    if (!id.startsWith(FLOODER)) latencies.push(clock.now() - started)
  }
  for (let tick = 0; tick < 300; tick += 1) {
    runs.push(reply(`user-${tick % USERS}`, `m-${tick}`))
    for (const flooder of flooders)
      for (let i = 0; i < messages; i += 1) runs.push(reply(flooder, `f-${tick}-${i}`))
    await clock.advance(30)
  }
  while (await clock.step()) await clock.settle()
  await Promise.all(runs)
  return latencies
}

let played: Promise<readonly number[]> | undefined
/** The latencies while nobody is refused, played once. */
const quiet = (): Promise<readonly number[]> => (played ??= play({}))

it.each([
  ['22009', () => failure(22009, 'msg limit exceed', 429)],
  ['429', () => ({ status: 429 })],
  ['429 with Retry-After', () => ({ status: 429, headers: { 'retry-after': '5' } })],
])(
  'RS-47 while one user floods and is refused with %s, 200 others get their replies as before',
  async (_name, refusal) => {
    const before = percentile(await quiet(), 0.9)
    const during = percentile(await play({ refusal }), 0.9)
    expect(before).toBe(LATENCY)
    expect(during).toBeLessThan(before * 1.5)
  },
)

it.each([
  ['one user', [FLOODER], 4],
  ['one user, more of it', [FLOODER], 12],
  ['three users', [1, 2, 3].map((index) => `${FLOODER}-${index}`), 4],
  ['ten users', Array.from({ length: 10 }, (_, index) => `${FLOODER}-${index}`), 1],
])(
  'RS-57 while %s would fill the window of all and nobody is refused, 200 others get their replies as before',
  async (_who, flooders, messages) => {
    const during = percentile(await play({ flooders, messages }), 0.9)
    expect(during).toBeLessThan(LATENCY * 1.5)
  },
)

describe('RS-57 shares of a window', () => {
  const limits = { x: { requests: 100, windowMs: SECOND, per: 'bot' } } as const
  const make = () => {
    const { clock } = restHarness([])
    const limiter = new WindowLimiter({ clock, limits, concurrency: Infinity })
    const grants: { readonly at: number; readonly target: string }[] = []
    const ask = async (target: string): Promise<void> => {
      const permit = await limiter.acquire(
        { routeClass: 'x', target, priority: 1, maxWait: Infinity },
        new AbortController().signal,
      )
      grants.push({ at: clock.now(), target })
      if (permit.granted) permit.settle({ kind: 'sent' })
    }
    return { clock, limiter, grants, ask }
  }

  it('a single target may use the whole window, and so may the bot', async () => {
    for (const target of ['a', '']) {
      const { clock, grants, ask } = make()
      const all = Array.from({ length: 150 }, () => ask(target))
      await clock.settle()
      expect(grants).toHaveLength(100)
      await clock.advance(SECOND)
      await Promise.all(all)
    }
  })

  it('a broadcast to many has all of it', async () => {
    const { clock, grants, ask } = make()
    const all = Array.from({ length: 150 }, (_, index) => ask(`user-${index}`))
    await clock.settle()
    expect(grants).toHaveLength(100)
    await clock.advance(SECOND)
    await Promise.all(all)
  })

  it('among several targets none takes the last places', async () => {
    const { clock, grants, ask } = make()
    const all = [ask('b'), ...Array.from({ length: 300 }, () => ask('a'))]
    for (let tick = 0; tick < 30; tick += 1) {
      all.push(ask(`user-${tick}`))
      await clock.settle()
      expect(grants.at(-1)).toEqual({ at: clock.now(), target: `user-${tick}` })
      await clock.advance(100)
    }
    while (await clock.step()) await clock.settle()
    await Promise.all(all)
  })

  it('waiting targets take turns, however many calls each has', async () => {
    const { clock, grants, ask } = make()
    const all = Array.from({ length: 100 }, (_, index) => ask(`first-${index}`))
    for (const target of ['a', 'a', 'a', 'a', 'b', 'c', 'b']) all.push(ask(target))
    while (await clock.step()) await clock.settle()
    await Promise.all(all)
    expect(grants.slice(100).map(({ target }) => target)).toEqual(['a', 'b', 'c', 'a', 'b', 'a', 'a'])
  })

  it('no call waits for ever, no window exceeds its count, and no state is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            gap: fc.nat({ max: 300 }),
            target: fc.constantFrom('a', 'a', 'a', 'b', 'c', ''),
            count: fc.nat({ max: 60 }),
          }),
          { maxLength: 20 },
        ),
        async (arrivals) => {
          const { clock, limiter, grants, ask } = make()
          const all: Promise<void>[] = []
          for (const { gap, target, count } of arrivals) {
            await clock.advance(gap)
            for (let i = 0; i < count; i += 1) all.push(ask(target))
          }
          while (await clock.step()) await clock.settle()
          await Promise.all(all)
          for (const [index, { at }] of grants.entries())
            expect((grants[index + 100]?.at ?? Infinity) - at).toBeGreaterThanOrEqual(SECOND)
          // However much of it is one flood, four fifths of each second are used while anybody waits.
          expect(grants.at(-1)?.at ?? 0).toBeLessThanOrEqual(20 * 300 + (all.length / 80 + 1) * SECOND)
          expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
          expect(clock.pending).toBe(0)
        },
      ),
      { numRuns: 25 },
    )
  })
})

it('RS-49 acknowledgements and tokens get a place while all other calls stall', async () => {
  const { rest, clock, dispatcher, settle } = restHarness(({ method }) =>
    method === 'PUT' ? sent() : 'hang',
  )
  const sends = Array.from({ length: 200 }, (_, index) =>
    rest.send(C2C, 'hi', { anchor: { msgId: String(index) } }).catch(() => null),
  )
  await clock.settle()
  expect(dispatcher.seen.filter(({ method }) => method === 'POST').length).toBeGreaterThanOrEqual(64)
  await rest.interactions.ack('a-click')
  expect(clock.now()).toBe(0)
  await rest.access.token({ fresh: true })
  await settle(Promise.all(sends))
})

it('RS-49 reserved places are for priority 0 only, and limited', async () => {
  const { clock } = restHarness([])
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 2, reserved: 1 })
  const scope = { routeClass: 'x', target: 'a', maxWait: 0 }
  const places = [1, 1, 1, 0, 0].map((priority) => limiter.take({ ...scope, priority }) !== undefined)
  expect(places).toEqual([true, true, false, true, false])
})

it('RS-47 a place in the queue is kept while a target is held back', async () => {
  const { clock } = restHarness([])
  const limits = { x: { requests: 1, windowMs: SECOND, per: 'bot' } } as const
  const limiter = new WindowLimiter({ clock, limits, concurrency: 64 })
  const forever = new AbortController().signal
  const log: string[] = []
  const take = async (target: string, name: string): Promise<void> => {
    const permit = await limiter.acquire({ routeClass: 'x', target, priority: 1, maxWait: Infinity }, forever)
    log.push(name)
    if (permit.granted) permit.settle({ kind: 'sent' })
  }
  const first = await limiter.acquire({ routeClass: 'x', target: 'a', priority: 1, maxWait: 0 }, forever)
  const all = [take('a', 'a1'), take('b', 'b1'), take('b', 'b2'), take('b', 'b3'), take('a', 'a2')]
  if (first.granted) first.settle({ kind: 'limited', retryAfter: 2.5 * SECOND })
  await clock.advance(10 * SECOND)
  await Promise.all(all)
  expect(log).toEqual(['b1', 'b2', 'a1', 'a2', 'b3'])
})
