import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Rest } from '../../src/index.js'
import { countMessages, faultOf, planRounds, playRound, type Ending } from './ambiguity.js'
import { seeded } from './random.js'

const SEED = 20_261_123
const ROUNDS = 2000
const LIFTED = { limits: false, channelNeedsSession: false } as const

/** What both runs must have come across, or they prove little. */
const tally = (endings: readonly Ending[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { outcome } of endings) {
    const name = 'kind' in outcome ? `${outcome.kind} ${outcome.mode}` : `error ${outcome.delivered}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const ALL = ['sent passive', 'sent proactive', 'duplicate passive', 'error unknown']

it('RS-03 RS-05 RS-07 no reply is executed twice, none is lost in silence (in memory)', async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed: SEED, ...LIFTED })
  const count = countMessages(sim)
  const { credentials } = sim
  const rest = new Rest({
    appId: credentials.appId,
    secret: credentials.secret,
    baseUrl: sim.url,
    dispatcher: sim.dispatcher,
    clock,
    random: seeded(SEED),
    limits: false,
  })
  const endings: Ending[] = []
  for (const round of planRounds(ROUNDS, seeded(SEED))) {
    const state = { over: false }
    const age = (): Promise<void> => clock.advance(61 * 60_000)
    const playing = playRound(sim, rest, round, age, count).finally(() => (state.over = true))
    await clock.settle()
    while (!state.over) {
      await clock.step()
      await clock.settle()
    }
    endings.push(await playing)
  }
  expect(endings.flatMap((ending) => faultOf(ending) ?? [])).toEqual([])
  expect(Object.keys(tally(endings))).toEqual(expect.arrayContaining(ALL))
  await rest.close()
  await sim.close()
}, 60_000)

it('RS-03 RS-05 RS-07 no reply is executed twice, none is lost in silence (over sockets)', async () => {
  // Windows so short that anchors expire between attempts as well.
  const window = { ms: 60, replies: null }
  const sim = await startSimulator({ seed: SEED, ...LIFTED, windows: { c2c: window, group: window } })
  const count = countMessages(sim)
  const rest = new Rest({
    appId: sim.credentials.appId,
    secret: sim.credentials.secret,
    baseUrl: sim.url,
    limits: false,
    concurrency: 32,
    attemptTimeout: 300,
    random: seeded(SEED),
    retry: { policy: { accessLadder: [5, 15, 30], rateLimited: 20 } },
  })
  const rounds = [...planRounds(ROUNDS, seeded(SEED))]
  const endings: Ending[] = []
  const age = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 65))
  const worker = async (): Promise<void> => {
    for (let round = rounds.pop(); round; round = rounds.pop())
      endings.push(await playRound(sim, rest, round, age, count))
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  expect(endings).toHaveLength(ROUNDS)
  expect(endings.flatMap((ending) => faultOf(ending) ?? [])).toEqual([])
  expect(Object.keys(tally(endings))).toEqual(expect.arrayContaining(ALL))
  await rest.close()
  await sim.close()
}, 60_000)
