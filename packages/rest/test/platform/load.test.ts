import { systemClock } from '@qqkit/core'
import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator, type Simulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Rest, WindowLimiter, type RestOptions } from '../../src/index.js'
import { breakSends, CONCURRENCY, playLoad, SHARE, type Outcome } from '../support/load.js'

const SEED = 20_261_124
/** The whole load is a soak, and a smaller one runs each time. */
const WHOLE = 20_000
const SENDS = process.env['QQKIT_SOAK'] ? WHOLE : 5000
const SOCKET_SENDS = process.env['QQKIT_SOAK'] ? WHOLE : 1500
/** Of a token, in ms. */
const LIFETIME = 7_200_000
/** Anchors live as long as they like: time jumps here, and this is not about them. */
const windows = { c2c: { ms: 1e12, replies: null } }
const SETTINGS = { seed: SEED, limits: false, windows, logLimit: 100, memory: 5000 } as const

const clientOf = (sim: Simulator, options: Partial<RestOptions>) => {
  const { appId, secret } = sim.credentials
  const clock = options.clock ?? systemClock
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: CONCURRENCY })
  const random = seededRandom(SEED)
  const rest = new Rest({
    appId,
    secret,
    baseUrl: sim.url,
    limiter,
    concurrency: CONCURRENCY,
    random,
    ...options,
  })
  return { rest, limiter }
}

const expectSound = ({ wrong, surfaced, growth }: Outcome, sends: number): void => {
  expect(wrong).toEqual([])
  // Plain sends that met a reset or a 500: about 4 % of half of them, and a few that a busy machine breaks.
  expect(surfaced).toBeGreaterThan(sends * SHARE * 0.5)
  expect(surfaced).toBeLessThan(sends * SHARE * 2)
  // Besides what compilation takes, a send of the second half leaves no more than 1200 bytes.
  expect(growth).toBeLessThan(4 + (12 * sends) / WHOLE)
}

it(`RS-10 RS-14 ${SENDS} sends, 64 at once, with resets, 500s, 429s and tokens that end: each is executed once or surfaced (in memory)`, async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, ...SETTINGS })
  breakSends(sim)
  const { rest, limiter } = clientOf(sim, {
    dispatcher: sim.dispatcher,
    clock,
    // Both ladders: a told wait is never less than the shortest rung of either.
    retry: { policy: { ladder: [8000], httpLadder: [8000, 12_000] } },
  })
  const asked = (): number => sim.oracle.count('token')
  // The first token has a minute of the whole load left: it is renewed ahead of its end, and ends, while the sends go on.
  await rest.access.token()
  await clock.advance(LIFETIME - (60_000 * SENDS) / WHOLE)
  const tokens: number[] = []
  const playing = playLoad(sim, rest, SENDS, [
    {
      before: SENDS / 2,
      quiet: true,
      happen: async () => {
        expect(clock.now()).toBeGreaterThan(LIFETIME)
        tokens.push(asked())
        // This one ends unnoticed: the next 64 sends all find it too old.
        await clock.advance(LIFETIME)
      },
    },
    // The last one is refused before its time.
    {
      before: (SENDS * 3) / 4,
      quiet: false,
      happen: () => (tokens.push(asked()), sim.faults.revokeTokens()),
    },
  ])
  const state = { over: false }
  const mark = (): void => {
    state.over = true
  }
  playing.then(mark, mark)
  await clock.settle()
  while (!state.over) {
    await clock.step()
    await clock.settle()
  }
  expectSound(await playing, SENDS)
  // One request per end of a token.
  expect([...tokens, asked()]).toEqual([2, 3, 4])
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  await rest.close()
  await sim.close()
  expect(clock.pending).toBe(0)
}, 120_000)

it(`RS-09 RS-14 ${SOCKET_SENDS} sends, 64 at once, with resets, 500s, 429s and a token that ends: each is executed once or surfaced (over sockets)`, async () => {
  // The platform's time moves by hand: the token ends there, and the client hears of it by refusals only.
  const clock = new ManualClock()
  const sim = await startSimulator({ clock, ...SETTINGS })
  breakSends(sim)
  const { rest, limiter } = clientOf(sim, {
    retry: { policy: { httpLadder: [5, 15, 30], rateLimited: 10 } },
  })
  const end = { before: SOCKET_SENDS / 2 + 1, quiet: false, happen: () => clock.advance(LIFETIME) }
  expectSound(await playLoad(sim, rest, SOCKET_SENDS, [end]), SOCKET_SENDS)
  expect(sim.oracle.count('token')).toBe(2)
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  await rest.close()
  await sim.close()
}, 300_000)
