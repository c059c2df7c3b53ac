import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { systemClock } from '@qqkit/core'
import { startSimulator, type CallAction } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Rest, RestError, WindowLimiter } from '../../src/index.js'
import { countMessages } from './ambiguity.js'
import { seeded } from './random.js'

const SEED = 20_261_124
/** The whole load is a soak; a smaller one runs each time. */
const SENDS = process.env['QQKIT_SOAK'] ? 20_000 : 1500
const CONCURRENCY = 64
const SHARE = 0.02
const MEGABYTE = 2 ** 20

const FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'answer', status: 500, body: { code: 500, message: 'failed' }, when: 'before' },
  { kind: 'answer', status: 500, body: { code: 500, message: 'failed' }, when: 'after' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0.01' }, when: 'before' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0.02' }, when: 'before' },
]

const collect = (): number => {
  setFlagsFromString('--expose_gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

it(`${SENDS} sends at once, with resets, 500s, 429s and a token that ends: each is executed once or surfaced`, async () => {
  const sim = await startSimulator({ seed: SEED, limits: false, logLimit: 100, memory: 1000 })
  for (const fault of FAULTS)
    sim.faults.add({ on: 'call', match: { route: 'send' }, times: 'forever', chance: SHARE / 2, do: fault })
  const count = countMessages(sim)
  const limiter = new WindowLimiter({ clock: systemClock, limits: {}, concurrency: CONCURRENCY })
  const rest = new Rest({
    appId: sim.credentials.appId,
    secret: sim.credentials.secret,
    baseUrl: sim.url,
    limiter,
    concurrency: CONCURRENCY,
    random: seeded(SEED),
    retry: { policy: { accessLadder: [5, 15, 30], rateLimited: 10 } },
  })
  const people = Array.from({ length: CONCURRENCY }, (_, index) => sim.user(`user-${index}`))
  const wrong: string[] = []
  const surfaced = { count: 0 }
  const heap: number[] = []

  const send = async (index: number): Promise<void> => {
    const person = people[index % CONCURRENCY]
    if (!person) return
    const content = `message ${index}`
    // Half of them are replies, which may be repeated; the others may not.
    const anchor = index % 2 === 0 ? { msgId: person.say('hi').id } : undefined
    const outcome = await rest
      .send({ scene: 'c2c', id: person.id }, content, { anchor })
      .catch((error: unknown) => error)
    const times = count(content)
    if (outcome instanceof RestError) {
      surfaced.count += 1
      if (times > 1 || outcome.delivered !== 'unknown')
        wrong.push(`${content}: ${times} times, ${outcome.message}`)
    } else if (times !== 1) wrong.push(`${content}: ${times} times`)
  }

  const state = { next: 0 }
  const worker = async (): Promise<void> => {
    while (state.next < SENDS) {
      const index = state.next
      state.next += 1
      if (index === SENDS / 2) {
        sim.faults.revokeTokens()
        heap.push(collect())
      }
      await send(index)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  heap.push(collect())

  expect(wrong).toEqual([])
  // Plain sends that met a reset or a 500: about 4 % of half of them.
  expect(surfaced.count).toBeLessThan(SENDS * SHARE * 1.5)
  expect(surfaced.count).toBeGreaterThan(0)
  expect(sim.oracle.count('token')).toBe(2)
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  const growth = (heap[1] ?? 0) - (heap[0] ?? 0)
  expect(growth).toBeLessThan(16 * MEGABYTE)
  await rest.close()
  await sim.close()
}, 300_000)
