import process from 'node:process'

import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { createMemorySimulator, type MemorySimulator, type Simulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import { Rest, StreamError, type StreamResult } from '../../src/index.js'
import { armFaults, makePieces, readConversation } from '../support/streaming.js'
import { settle } from '../support/settle.js'

const SEED = 20_261_127
const ROUNDS = process.env['QQKIT_SOAK'] ? 2000 : 200

const clientOf = (
  { credentials, url, dispatcher }: MemorySimulator,
  clock: ManualClock,
  random: () => number,
) =>
  new Rest({
    appId: credentials.appId,
    secret: credentials.secret,
    baseUrl: url,
    dispatcher,
    clock,
    random,
  })

const pause = (clock: ManualClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(ms, resolve))

async function* speak(
  clock: ManualClock,
  pieces: readonly string[],
  ms: () => number,
): AsyncGenerator<string> {
  for (const piece of pieces) {
    await pause(clock, ms())
    yield piece
  }
}

const chunkCalls = (sim: Simulator) => sim.log.of('call').filter(({ route }) => route === 'c2c.stream')

const told = (ending: StreamResult | StreamError): string =>
  ending.delivered + ending.uncertain + ending.undelivered

/** What is wrong with how a round ended, or `null`. */
const faultOf = (
  ending: StreamResult | StreamError,
  source: string,
  { shown, rewritten }: ReturnType<typeof readConversation>,
): string | null => {
  const seen = shown.join('')
  if (rewritten) return 'what was seen was rewritten'
  if (StreamError.is(ending)) {
    if (!source.startsWith(told(ending))) return 'the parts of the error are not the text'
    if (!seen.startsWith(ending.delivered)) return `said to be delivered, but not seen: ${ending.message}`
    return (ending.delivered + ending.uncertain).startsWith(seen) ? null : 'seen, but said to be missing'
  }
  if (told(ending) !== source) return 'the parts of the result are not the text'
  return seen === ending.delivered && ending.undelivered.trim() === '' ? null : 'seen and told differ'
}

describe('a stream on a platform in memory', () => {
  it('BT-06 a model that speaks for a minute: within the limits, nothing rewritten, one message, no timer', async () => {
    const clock = new ManualClock()
    const sim = createMemorySimulator({ clock, seed: SEED })
    const rest = clientOf(sim, clock, seededRandom(SEED))
    const ann = sim.user('ann')
    const { id } = ann.say('tell me')
    const pieces = makePieces(seededRandom(SEED), 3000, 2)
    const target = { scene: 'c2c', id: ann.id } as const
    const streaming = rest.stream(
      target,
      speak(clock, pieces, () => 20),
      { anchor: { msgId: id } },
    )
    const result = await settle(clock, streaming)
    expect(result).toMatchObject({ kind: 'streamed', undelivered: '', steps: [] })
    expect(result.delivered).toBe(pieces.join(''))
    const calls = chunkCalls(sim)
    expect(calls.every(({ status }) => status === 200)).toBe(true)
    const gaps = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500)
    expect(calls.length).toBeLessThanOrEqual(60_000 / 500 + 3)
    const bodies = calls.map(({ request }) => JSON.parse(request) as { input_state: number; index: number })
    expect(bodies.filter(({ input_state: state }) => state === 10)).toHaveLength(1)
    expect(bodies.map(({ index }) => index)).toEqual(bodies.map((_, index) => index))
    expect(readConversation(sim.log.of('message'))).toEqual({ shown: [pieces.join('')], rewritten: false })
    await rest.close()
    expect(clock.pending).toBe(0)
    await sim.close()
  })

  it('BT-06 RS-03 RS-05 whatever breaks, the text is there once, or the error tells what is missing', async () => {
    const clock = new ManualClock()
    const random = seededRandom(SEED)
    const window = { ms: 20_000, replies: 4 }
    const sim = createMemorySimulator({
      clock,
      seed: SEED,
      limits: false,
      windows: { c2c: window },
      logLimit: 500,
    })
    const rest = clientOf(sim, clock, random)
    const wrong: string[] = []
    const kinds = new Set<string>()
    for (let round = 0; round < ROUNDS; round += 1) {
      const peer = `peer-${round}`
      const person = sim.user(peer)
      const { id } = person.say('tell me')
      armFaults(sim, peer, random)
      const pieces = makePieces(random, 5 + Math.floor(random() * 60), 1 + Math.floor(random() * 30))
      const source = speak(clock, pieces, () => random() * 400)
      const maxLength = random() < 0.3 ? { maxLength: 200 } : {}
      const options = { anchor: { msgId: id }, ...maxLength }
      const ending = await settle(clock, rest.stream({ scene: 'c2c', id: person.id }, source, options)).catch(
        (error: unknown) => {
          if (StreamError.is(error)) return error
          throw error
        },
      )
      await clock.advance(60_000)
      sim.faults.clear()
      const seen = readConversation(sim.log.of('message').filter((entry) => entry.peer === peer))
      const fault = faultOf(ending, pieces.join(''), seen)
      if (fault) wrong.push(`round ${round}: ${fault}`)
      const modes = [...new Set(ending.messages.map(({ mode }) => mode))].join('+')
      kinds.add(
        StreamError.is(ending)
          ? `error${ending.uncertain === '' ? '' : ' uncertain'}`
          : `${ending.kind} ${modes}`,
      )
    }
    expect(wrong).toEqual([])
    expect([...kinds]).toEqual(
      expect.arrayContaining(['streamed passive', 'streamed passive+proactive', 'error', 'error uncertain']),
    )
    expect(sim.oracle.refused(40007)).toBe(0)
    await rest.close()
    // Streams whose end was lost have a life on the platform.
    await sim.close()
    expect(clock.pending).toBe(0)
  }, 120_000)
})
