import process from 'node:process'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { PublishLog, type Resumption } from '../src/decisions/publish-log.js'
import { Night, nights } from './support/interleavings.js'
import { ModelQueue } from './support/model-queue.js'

/** More with `NIGHTS=10000`. */
const NIGHTS = Number(process.env['NIGHTS'] ?? 400)

const play = (make: () => Night, numRuns: number, endOnFailure = false): void =>
  fc.assert(
    fc.property(nights, (steps) => make().play(steps)),
    { numRuns, endOnFailure },
  )

/** Wrong queues and publishers, by what is wrong with them. */
const mutants: Readonly<Record<string, () => Night>> = {
  'an event of a running conversation is ready at once': () => {
    const queue = new (class extends ModelQueue {
      override publish(...[source, token, batch]: Parameters<ModelQueue['publish']>) {
        const events = batch.events.map((one) => ({ ...one, conversation: one.body }))
        return super.publish(source, token, { ...batch, events })
      }
    })()
    return new Night(queue)
  },
  'a process that joins forgets what it never heard of': () => {
    const queue = new (class extends ModelQueue {
      override join(...[name, token, options]: Parameters<ModelQueue['join']>) {
        const known = new Set(options.running.map(({ conversation }) => conversation))
        const before = this.snapshot().own
        const answer = super.join(name, token, options)
        for (const [conversation, owner] of before)
          if (owner.includes(` ${name}:`) && !known.has(conversation))
            this.work(token, 1, [{ conversation, id: '0', outcome: 'done' }])
        return answer
      }
    })()
    return new Night(queue)
  },
  'a death is not counted': () => {
    const queue = new (class extends ModelQueue {
      override work(...args: Parameters<ModelQueue['work']>) {
        const answer = super.work(...args)
        return { ...answer, taken: answer.taken.map((one) => ({ ...one, lives: one.lives * 3 })) }
      }
    })()
    return new Night(queue)
  },
  'a publisher does not go back': () => {
    const log = new (class extends PublishLog {
      override opened(mark: number | null): Resumption {
        return super.opened(mark === null ? null : Math.max(mark, this.confirmed))
      }
    })()
    return new Night(new ModelQueue(), log)
  },
}

describe('RD-05 any interleaving of publishers, workers, deaths and rewinds', () => {
  it('RD-05 loses nothing, keeps the order of a conversation and one valid owner, and gives up after three lives', () =>
    play(() => new Night(), NIGHTS))

  it.each(Object.entries(mutants))('RD-05 notices that %s', (_, make) => {
    expect(() => play(make, 3000, true)).toThrow('Property failed')
  })
})
