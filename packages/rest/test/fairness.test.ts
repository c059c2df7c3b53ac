import { expect, it } from 'vitest'

import { WindowLimiter } from '../src/index.js'
import { bench, C2C, failure, sent } from './bench.js'

const SECOND = 1000
const USERS = 200
const FLOODER = 'flooder'

/** Time of an answer, in ms. */
const LATENCY = 40

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

/** Replies to 200 ordinary users, one each a second, and to one who floods; the latency of the ordinary ones. */
const play = async (refusal: (() => ReturnType<typeof failure>) | null): Promise<readonly number[]> => {
  const made = bench(async ({ path }) => {
    await new Promise<void>((resolve) => made.clock.setTimer(LATENCY, resolve))
    return refusal && path.includes(FLOODER) ? refusal() : sent()
  })
  const { rest, clock } = made
  const latencies: number[] = []
  const runs: Promise<unknown>[] = []
  const reply = async (id: string, anchor: string): Promise<void> => {
    const started = clock.now()
    await rest.send({ scene: 'c2c', id }, 'hi', { anchor: { msgId: anchor } }).catch(() => null)
    if (id !== FLOODER) latencies.push(clock.now() - started)
  }
  for (let tick = 0; tick < 1000; tick += 1) {
    runs.push(reply(`user-${tick % USERS}`, `m-${tick}`))
    runs.push(reply(FLOODER, `f-${tick}`))
    await clock.advance(30)
  }
  while (await clock.step()) await clock.settle()
  await Promise.all(runs)
  return latencies
}

it.each([
  ['22009', () => failure(22009, 'msg limit exceed', 429)],
  ['429', () => ({ status: 429 })],
  ['429 with Retry-After', () => ({ status: 429, headers: { 'retry-after': '5' } })],
])(
  'RS-47 while one user floods and is refused with %s, 200 others get their replies as before',
  async (_name, refusal) => {
    const before = percentile(await play(null), 0.9)
    const during = percentile(await play(refusal), 0.9)
    expect(before).toBe(LATENCY)
    expect(during).toBeLessThan(before * 1.5)
  },
)

it('RS-49 acknowledgements and tokens find a place while all others stall', async () => {
  const { rest, clock, dispatcher, settle } = bench(({ method }) => (method === 'PUT' ? sent() : 'hang'))
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

it('RS-49 reserved places are for the most urgent alone, and no more than they are', async () => {
  const { clock } = bench([])
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 2, reserved: 1 })
  const scope = { routeClass: 'x', target: 'a', maxWait: 0 }
  const places = [1, 1, 1, 0, 0].map((priority) => limiter.take({ ...scope, priority }) !== undefined)
  expect(places).toEqual([true, true, false, true, false])
})

it('RS-47 a place in the line is kept while a target is held back', async () => {
  const { clock } = bench([])
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
  expect(log).toEqual(['b1', 'b2', 'a1', 'b3', 'a2'])
})
