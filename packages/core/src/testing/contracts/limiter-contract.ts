import assert from 'node:assert/strict'

import type { LimitPermit, LimitRefusal, LimitScope, Limiter } from '../../contracts/limiter.js'
import type { ContractCase } from './contract.js'

/** A limiter under test: two requests per second and target in the route class `'pair'`, on a clock that the suite advances. */
export interface LimiterSubject {
  readonly limiter: Limiter
  /** Advances the clock by `ms` and runs the callbacks of settled promises. */
  readonly pass: (ms: number) => Promise<void>
}

const SECOND = 1000
/** The longest time for which a place of two per second is taken: an attempt may leave up to 200 ms after its grant, and counts from then on. */
const WINDOW = 1200
const SENT = { kind: 'sent' } as const
const forever = new AbortController().signal

const scope = (over: Partial<LimitScope> = {}): LimitScope => ({
  routeClass: 'pair',
  target: 'a',
  priority: 1,
  maxWait: Infinity,
  ...over,
})

const granted = (answer: LimitPermit | LimitRefusal): LimitPermit => {
  assert.ok(answer.granted, 'expected a permit')
  return answer
}

/** Acquires and settles a permit, and logs the name. */
const note = async (limiter: Limiter, wanted: LimitScope, log: string[], name: string): Promise<void> => {
  granted(await limiter.acquire(wanted, forever)).settle(SENT)
  log.push(name)
}

/** The contract suite of {@link Limiter}. */
export const limiterContract = (make: () => LimiterSubject): readonly ContractCase[] => [
  {
    name: 'grants permits at once within the budget, and the next one when the window has passed',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const all = ['1', '2', '3'].map((name) => note(limiter, scope(), log, name))
      await pass(0)
      assert.deepEqual(log, ['1', '2'])
      await pass(WINDOW)
      assert.deepEqual(log, ['1', '2', '3'])
      await Promise.all(all)
    },
  },
  {
    name: 'counts each target and each route class separately',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const scopes = [scope(), scope(), scope({ target: 'b' }), scope({ routeClass: 'another' })]
      const all = scopes.map((wanted, index) => note(limiter, wanted, log, String(index)))
      await pass(0)
      assert.deepEqual(log.toSorted(), ['0', '1', '2', '3'])
      await Promise.all(all)
    },
  },
  {
    name: 'passes the permit of an attempt that was not sent on to the next one',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const first = granted(await limiter.acquire(scope(), forever))
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      const waiting = note(limiter, scope(), log, 'next')
      await pass(0)
      assert.deepEqual(log, [])
      first.settle({ kind: 'not_sent' })
      await pass(0)
      assert.deepEqual(log, ['next'])
      await waiting
    },
  },
  {
    name: 'counts only the first settlement of a permit',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const first = granted(await limiter.acquire(scope(), forever))
      first.settle(SENT)
      first.settle({ kind: 'not_sent' })
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      const waiting = note(limiter, scope(), log, 'third')
      await pass(0)
      assert.deepEqual(log, [])
      await pass(WINDOW)
      await waiting
    },
  },
  {
    name: 'waits for the retryAfter of the platform after a refusal',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      granted(await limiter.acquire(scope(), forever)).settle({ kind: 'limited', retryAfter: 5 * SECOND })
      const waiting = note(limiter, scope(), log, 'next')
      await pass(5 * SECOND - 1)
      assert.deepEqual(log, [])
      await pass(1)
      assert.deepEqual(log, ['next'])
      await waiting
    },
  },
  {
    name: 'RS-47 holds back a refused target, and no other target of its class',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const refused = { kind: 'limited', retryAfter: 5 * SECOND } as const
      const shared = { routeClass: 'shared by all' }
      granted(await limiter.acquire(scope(shared), forever)).settle(refused)
      const all = [
        note(limiter, scope(shared), log, 'refused one'),
        note(limiter, scope({ ...shared, target: 'b' }), log, 'other'),
      ]
      const hasty = await limiter.acquire(scope({ ...shared, maxWait: 0 }), forever)
      assert.ok(!hasty.granted && hasty.retryAfter === 5 * SECOND)
      await pass(5 * SECOND - 1)
      assert.deepEqual(log, ['other'])
      await pass(1)
      assert.deepEqual(log, ['other', 'refused one'])
      await Promise.all(all)
    },
  },
  {
    name: 'RS-47 holds back the whole class after refusals for many targets in a row',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const refused = { kind: 'limited', retryAfter: 5 * SECOND } as const
      const shared = { routeClass: 'shared by all' }
      const targets = ['a', 'b', 'c', 'd', 'e']
      const answers = await Promise.all(
        targets.map((target) => limiter.acquire(scope({ ...shared, target }), forever)),
      )
      for (const answer of answers) granted(answer).settle(refused)
      const next = note(limiter, scope({ ...shared, target: 'next' }), log, 'next')
      await pass(5 * SECOND - 1)
      assert.deepEqual(log, [])
      await pass(1)
      assert.deepEqual(log, ['next'])
      await next
    },
  },
  {
    name: 'serves urgent requests first, and requests of one priority in FIFO order',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      const priorities = { first: 1, second: 1, third: 1, fourth: 1, urgent: 0 }
      const all = Object.entries(priorities).map(([name, priority]) =>
        note(limiter, scope({ priority }), log, name),
      )
      await pass(0)
      await pass(WINDOW)
      await pass(WINDOW)
      assert.deepEqual(log, ['first', 'second', 'urgent', 'third', 'fourth'])
      await Promise.all(all)
    },
  },
  {
    name: 'refuses at once when no permit comes within maxWait, and says when one will',
    run: async () => {
      const { limiter } = make()
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      const answer = await limiter.acquire(scope({ maxWait: 0 }), forever)
      assert.ok(!answer.granted)
      assert.ok(answer.retryAfter > 0 && answer.retryAfter <= WINDOW)
    },
  },
  {
    name: 'take() returns a permit exactly when acquire() would grant one at once, if the limiter has take()',
    run: async () => {
      const { limiter, pass } = make()
      if (!limiter.take) return
      const log: string[] = []
      const first = limiter.take(scope())
      const second = limiter.take(scope())
      assert.ok(first && second)
      assert.equal(limiter.take(scope()), undefined)
      const waiting = note(limiter, scope(), log, 'waiting')
      await pass(0)
      first.settle({ kind: 'not_sent' })
      assert.equal(limiter.take(scope()), undefined, 'the permit belongs to the waiting request')
      await pass(0)
      assert.deepEqual(log, ['waiting'])
      assert.ok(limiter.take(scope({ target: 'b' })))
      await waiting
    },
  },
  {
    name: 'RS-13 rejects an aborted waiter at once with the reason, and serves the next one',
    run: async () => {
      const { limiter, pass } = make()
      const log: string[] = []
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      granted(await limiter.acquire(scope(), forever)).settle(SENT)
      const controller = new AbortController()
      const leaver = limiter.acquire(scope(), controller.signal)
      const stayer = note(limiter, scope(), log, 'stayer')
      controller.abort('bye')
      await assert.rejects(leaver, (reason) => reason === 'bye')
      await pass(WINDOW)
      assert.deepEqual(log, ['stayer'])
      await stayer
      await assert.rejects(limiter.acquire(scope(), AbortSignal.abort('gone')), (reason) => reason === 'gone')
    },
  },
]
