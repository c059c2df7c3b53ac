import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { TrackedEvent } from '../../src/delivery/tracked-event.js'
import { EventStream, type ShardEvent, type Unread } from '../../src/events/event-stream.js'

const turn = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** One event, and how often it was settled. */
class Sent implements Unread {
  readonly tracked = { stage: 'handed_out' } as unknown as TrackedEvent
  readonly value: ShardEvent
  readonly outcomes: string[] = []
  readonly settle = (outcome: string): void => void this.outcomes.push(outcome)

  constructor(number: number) {
    this.value = {
      event: { op: 0, s: number, t: 'X', d: {} } as never,
      shard: { index: 0, total: 1 },
    }
  }
}

/** A loop over the events that finishes each when told. */
class Worker {
  holding: number | null = null
  over = false
  #finish: (goOn: boolean) => void = () => {}

  constructor(stream: EventStream, got: number[]) {
    void this.#loop(stream, got)
  }

  finish(goOn: boolean): void {
    this.#finish(goOn)
  }

  async #loop(stream: EventStream, got: number[]): Promise<void> {
    for await (const { event } of stream) {
      this.holding = Number(event.s)
      got.push(this.holding)
      const goOn = await new Promise<boolean>((resolve) => (this.#finish = resolve))
      this.holding = null
      if (!goOn) break
    }
    this.over = true
  }
}

it('GW-36 property: no event is finished while any worker still has it, and each goes to one', async () => {
  const step = fc.oneof(
    fc.constant({ kind: 'push' as const }),
    fc.record({
      kind: fc.constant('finish' as const),
      who: fc.nat(),
      goOn: fc.constantFrom(true, true, true, false),
    }),
    fc.constantFrom({ kind: 'join' as const }, { kind: 'drain' as const }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(step, { maxLength: 30 }),
      async (count, steps) => {
        const unread: Unread[] = []
        const stream = new EventStream({
          capacity: Infinity,
          gateway: {},
          unread: [],
          onOverflow: () => {},
          onEnd: (rest) => unread.push(...rest),
        })
        const got: number[] = []
        const sent: Sent[] = []
        const workers = Array.from({ length: count }, () => new Worker(stream, got))
        let drained = false
        await turn()
        for (const how of steps) {
          if (how.kind === 'push' && !drained && workers.some(({ over }) => !over)) {
            const event = new Sent(sent.length)
            sent.push(event)
            stream.push(event)
          }
          if (how.kind === 'finish') workers[how.who % workers.length]?.finish(how.goOn)
          if (how.kind === 'join' && workers.some(({ over }) => !over)) workers.push(new Worker(stream, got))
          if (how.kind === 'drain') {
            drained = true
            stream.drain()
          }
          await turn()
          const held = new Set(workers.map(({ holding }) => holding))
          for (const [number, { outcomes }] of sent.entries()) {
            expect(outcomes).toEqual(held.has(number) ? [] : outcomes.slice(0, 1))
            expect(outcomes[0] !== 'done' || got.includes(number)).toBe(true)
          }
        }
        for (let round = 0; round <= sent.length; round += 1) {
          for (const worker of workers) worker.finish(true)
          await turn()
        }
        expect(got.length).toBe(new Set(got).size)
        const left = new Set(unread)
        for (const event of sent)
          expect(left.has(event) ? [] : event.outcomes).toHaveLength(left.has(event) ? 0 : 1)
      },
    ),
    { numRuns: 300 },
  )
})

it('GW-36 a worker that leaves while it waits gets no event that others could have', async () => {
  const stream = new EventStream({
    capacity: 9,
    gateway: {},
    unread: [],
    onOverflow: () => {},
    onEnd: () => {},
  })
  const leaving = stream[Symbol.asyncIterator]()
  const staying = stream[Symbol.asyncIterator]()
  const asked = leaving.next()
  await leaving.return?.()
  expect(await asked).toEqual({ done: true, value: undefined })
  stream.push(new Sent(7))
  expect((await staying.next()).value).toMatchObject({ event: { s: 7 } })
})
