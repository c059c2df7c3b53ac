import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import type { CallAction, Simulator } from '@qqkit/simulator'

import { type Rest, RestError } from '../../src/index.js'
import { countMessages } from './ambiguity.js'

/** Sends under way at once. */
export const CONCURRENCY = 64
/** How many of the attempts meet each of: a reset, a 500, a 429. */
export const SHARE = 0.02
const MEGABYTE = 2 ** 20

const FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'answer', status: 500, body: { code: 500, message: 'failed' }, when: 'before' },
  { kind: 'answer', status: 500, body: { code: 500, message: 'failed' }, when: 'after' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0.01' }, when: 'before' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0.02' }, when: 'before' },
]

/** Breaks the shares of the attempts that the load is to meet. */
export const breakSends = (sim: Simulator): void => {
  for (const fault of FAULTS)
    sim.faults.add({ on: 'call', match: { route: 'send' }, times: 'forever', chance: SHARE / 2, do: fault })
}

/** Something that happens to the load on its way. */
export interface Incident {
  /** The send before which it happens. */
  readonly before: number
  /** Whether all sends under way end first, so that the next ones start at once. */
  readonly quiet: boolean
  readonly happen: () => void | Promise<void>
}

/** What a load came to. */
export interface Outcome {
  /** Sends that went wrong: executed twice, lost, or told otherwise than it was. */
  readonly wrong: readonly string[]
  /** Sends that ended in an error which says that nobody knows. */
  readonly surfaced: number
  /** How much more memory was in use at the end than in the middle, in MB. */
  readonly growth: number
}

const memoryInUse = (): number => {
  setFlagsFromString('--expose_gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed / MEGABYTE
}

/** Sends so many messages, 64 at once. Half of them are replies, which may be repeated; the others may not. */
export const playLoad = async (
  sim: Simulator,
  rest: Rest,
  sends: number,
  incidents: readonly Incident[],
): Promise<Outcome> => {
  const count = countMessages(sim)
  const people = Array.from({ length: CONCURRENCY }, (_, index) => sim.user(`user-${index}`))
  const wrong: string[] = []
  const memory: number[] = []
  const state = { next: 0, surfaced: 0 }

  const send = async (index: number): Promise<void> => {
    const person = people[index % CONCURRENCY]
    if (!person) return
    const content = `message ${index}`
    const anchor = index % 2 === 0 ? { msgId: person.say('hi').id } : undefined
    const outcome = await rest
      .send({ scene: 'c2c', id: person.id }, content, { anchor })
      .catch((error: unknown) => error)
    const times = count(content)
    if (RestError.is(outcome)) {
      state.surfaced += 1
      if (times > 1 || outcome.delivered !== 'unknown')
        wrong.push(`${content}: ${times} times, ${outcome.message}`)
    } else if (times !== 1) wrong.push(`${content}: ${times} times, ${String(outcome)}`)
  }

  const halts = [
    ...incidents,
    { before: sends / 2, quiet: true, happen: () => void memory.push(memoryInUse()) },
  ]
  const sendUntil = async (end: number): Promise<void> => {
    const worker = async (): Promise<void> => {
      while (state.next < end) {
        const index = state.next
        state.next += 1
        for (const { before, quiet, happen } of halts) if (!quiet && before === index) await happen()
        await send(index)
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  }
  for (const { before, happen } of halts.filter(({ quiet }) => quiet).sort((a, b) => a.before - b.before)) {
    await sendUntil(before)
    await happen()
  }
  await sendUntil(sends)
  memory.push(memoryInUse())
  const [half = 0, end = 0] = memory
  return { wrong, surfaced: state.surfaced, growth: end - half }
}
