import process from 'node:process'

import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator, type Simulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Rest, type RestOptions } from '../../src/index.js'
import {
  ALL,
  countMessages,
  faultOf,
  planRounds,
  playRound,
  tally,
  type Ending,
} from '../support/ambiguity.js'

const SEED = 20_261_123
const ROUNDS = process.env['QQKIT_SOAK'] ? 20_000 : 1000
/** Over sockets each round takes some real time. */
const SOCKET_ROUNDS = process.env['QQKIT_SOAK'] ? 2000 : 1000
const MINUTE = 60_000
/** So short that anchors expire between attempts as well. */
const WINDOW = 4000
const windows = Object.fromEntries(
  ['c2c', 'group', 'channel', 'dm'].map((scene) => [scene, { ms: WINDOW, replies: null }]),
)
const SETTINGS = { seed: SEED, limits: false, channelNeedsSession: false, windows } as const

const twoOf = (sim: Simulator, options: Partial<RestOptions>): readonly [Rest, Rest] => {
  const { appId, secret } = sim.credentials
  const shared = {
    appId,
    secret,
    baseUrl: sim.url,
    limits: false,
    random: seededRandom(SEED),
    ...options,
  } as const
  return [new Rest(shared), new Rest(shared)]
}

/** The ends that no speed of the machine can make rare. */
const COMMON = ['sent passive', 'sent proactive', 'duplicate passive', 'error no', 'error unknown'] as const

const expectSound = (endings: readonly Ending[], wanted: readonly string[]): void => {
  expect(endings.flatMap((ending) => faultOf(ending) ?? [])).toEqual([])
  expect(Object.keys(tally(endings))).toEqual(expect.arrayContaining([...wanted]))
}

it('RS-03 RS-05 RS-07 no reply is executed twice, none is lost in silence (in memory)', async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, ...SETTINGS })
  const processes = twoOf(sim, { dispatcher: sim.dispatcher, clock })
  const stage = {
    sim,
    processes,
    count: countMessages(sim),
    age: (part: number) => clock.advance(part * WINDOW),
  }
  const endings: Ending[] = []
  for (const round of planRounds(ROUNDS, seededRandom(SEED))) {
    const state = { over: false }
    const playing = playRound(stage, round).finally(() => (state.over = true))
    await clock.settle()
    while (!state.over) {
      await clock.step()
      await clock.settle()
    }
    endings.push(await playing)
  }
  await clock.advance(MINUTE)
  expectSound(endings, ALL)
  await Promise.all(processes.map((rest) => rest.close()))
  await sim.close()
}, 180_000)

it('RS-03 RS-05 RS-07 no reply is executed twice, none is lost in silence (over sockets)', async () => {
  // The platform's time moves only with the rounds: how slow this machine is decides nothing.
  const clock = new ManualClock()
  const sim = await startSimulator({ clock, ...SETTINGS })
  const processes = twoOf(sim, {
    concurrency: 32,
    attemptTimeout: 300,
    retry: { policy: { httpLadder: [5, 15, 30], rateLimited: 20 } },
  })
  let moving = Promise.resolve()
  const age = (part: number): Promise<void> => (moving = moving.then(() => clock.advance(part * WINDOW)))
  const stage = { sim, processes, count: countMessages(sim), age }
  const rounds = [...planRounds(SOCKET_ROUNDS, seededRandom(SEED))]
  const endings: Ending[] = []
  const worker = async (): Promise<void> => {
    for (let round = rounds.pop(); round; round = rounds.pop()) endings.push(await playRound(stage, round))
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  await clock.advance(MINUTE)
  expect(endings).toHaveLength(SOCKET_ROUNDS)
  // Which attempt meets which break depends on how fast answers come: the test in memory sees all ends.
  expectSound(endings, COMMON)
  await Promise.all(processes.map((rest) => rest.close()))
  await sim.close()
}, 180_000)
