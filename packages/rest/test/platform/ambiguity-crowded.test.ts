import process from 'node:process'

import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { createMemorySimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { fallbackRules, Rest, type FallbackRule } from '../../src/index.js'
import {
  countMessages,
  CROWDED,
  faultOf,
  planRounds,
  playRound,
  tally,
  type Ending,
  type Round,
} from '../support/ambiguity.js'

const SEEDS = process.env['QQKIT_SOAK'] ? 200 : 30
const ROUNDS = process.env['QQKIT_SOAK'] ? 2000 : 50
const MINUTE = 60_000
const WINDOW = 4000
const windows = Object.fromEntries(
  ['c2c', 'group', 'channel', 'dm'].map((scene) => [scene, { ms: WINDOW, replies: null }]),
)

/** As the real one, without a download. */
const asBytes: FallbackRule = {
  name: 'media_bytes',
  when: 'mediaNotFetchable',
  change: ({ image, ...rest }) => (image === undefined ? null : rest),
  losesKey: false,
}
const rules = [...fallbackRules.filter(({ name }) => name !== asBytes.name), asBytes]

/** What is wrong after one seed, and what it came across. */
const play = async (seed: number): Promise<readonly Ending[]> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed, limits: false, channelNeedsSession: false, windows })
  const { appId, secret } = sim.credentials
  const random = seededRandom(seed)
  const make = (numbers = {}): Rest =>
    new Rest({
      appId,
      secret,
      baseUrl: sim.url,
      dispatcher: sim.dispatcher,
      clock,
      random,
      limits: false,
      fallbacks: rules,
      numbers,
    })
  const processes = [make(), make()] as const
  const bounded = make({ answer: [5001, 9999] })
  const count = countMessages(sim)
  const age = (part: number): Promise<void> => clock.advance(part * WINDOW)
  const endings: Ending[] = []
  for (const round of planRounds(ROUNDS, random, { crowded: true })) {
    const state = { over: false }
    const playing = playRound({ sim, processes, bounded, count, age }, round).finally(
      () => (state.over = true),
    )
    await clock.settle()
    while (!state.over) {
      await clock.step()
      await clock.settle()
    }
    endings.push(await playing)
  }
  await clock.advance(MINUTE)
  // Counted now: the platform is gone afterwards.
  const counted = endings.map((ending) => ({
    ...ending,
    executed: frozen(ending.executed()),
    rival: ending.rival && { ...ending.rival, executed: frozen(ending.rival.executed()) },
  }))
  // Of a replayed round the second process has not been told.
  const replayed = new Set(endings.flatMap(({ round }) => (round.replayed ? [`reply ${round.index}`] : [])))
  const dead = deadAgain(sim.log.of('call')).filter((said) => !replayed.has(said))
  expect({ seed, dead }).toEqual({ seed, dead: [] })
  await Promise.all([...processes, bounded].map((rest) => rest.close()))
  await sim.close()
  return counted
}

const frozen = (times: number) => (): number => times

/** Requests that reply to an anchor which their client has been told is dead. */
const deadAgain = (
  calls: readonly { readonly request: string; readonly response: string; readonly ms: number }[],
): string[] => {
  const dead = new Set<string>()
  return calls.flatMap(({ request, response, ms }) => {
    const { msg_id: anchor, content, markdown } = bodyOf(request)
    const said = content ?? markdown?.content ?? ''
    // One of which nobody waits for the answer any more had left before.
    if (anchor === undefined || ms >= 10_000) return []
    const key = `${anchor} ${said}`
    const again = dead.has(key)
    if (/40034005|40034128|"code":22009/.test(response)) dead.add(key)
    return again ? [said] : []
  })
}

const bodyOf = (
  text: string,
): {
  readonly msg_id?: string
  readonly content?: string
  readonly markdown?: { readonly content?: string }
} => {
  try {
    return JSON.parse(text) as object
  } catch {
    return {}
  }
}

it(
  'RS-43 fallbacks of every order, others on the same anchor: executed once, or told',
  async () => {
    const endings: Ending[] = []
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const played = await play(seed)
      const faults = played.flatMap((ending) => faultOf(ending) ?? [])
      expect({ seed, faults }).toEqual({ seed, faults: [] })
      endings.push(...played)
    }
    expect(Object.keys(tally(endings))).toEqual(expect.arrayContaining([...CROWDED]))
    expect(endings.some(({ round }: { readonly round: Round }) => round.rival === 'bounded')).toBe(true)
  },
  process.env['QQKIT_SOAK'] ? 3_600_000 : 120_000,
)
