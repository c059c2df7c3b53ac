import assert from 'node:assert/strict'

import type { Clock } from '../../clock.js'
import type { ContractCase } from './contract.js'

/** A clock under test, with control over its time. */
export interface ClockSubject {
  readonly clock: Clock
  /** Waits or advances the clock by about `ms`. */
  readonly pass: (ms: number) => Promise<void>
}

/** The contract suite of {@link Clock}. */
export const clockContract = (make: () => ClockSubject): readonly ContractCase[] => [
  {
    name: 'fires a timer once, when due and not before',
    run: async () => {
      const { clock, pass } = make()
      let fired = 0
      clock.setTimer(20, () => (fired += 1))
      assert.equal(fired, 0)
      await pass(60)
      assert.equal(fired, 1)
    },
  },
  {
    name: 'never fires a cancelled timer; a second cancel does nothing',
    run: async () => {
      const { clock, pass } = make()
      let fired = 0
      const cancel = clock.setTimer(5, () => (fired += 1))
      cancel()
      cancel()
      await pass(20)
      assert.equal(fired, 0)
    },
  },
  {
    name: 'fires timers in the order of their due times',
    run: async () => {
      const { clock, pass } = make()
      const fired: string[] = []
      clock.setTimer(40, () => fired.push('late'))
      clock.setTimer(5, () => fired.push('early'))
      await pass(80)
      assert.deepEqual(fired, ['early', 'late'])
    },
  },
  {
    name: 'GW-30 does not fire a timer beyond 2^31-1 ms at once',
    run: async () => {
      const { clock, pass } = make()
      let fired = 0
      const cancel = clock.setTimer(2 ** 31 + 1000, () => (fired += 1))
      await pass(20)
      cancel()
      assert.equal(fired, 0)
    },
  },
  {
    name: 'moves monotonic time forward, and returns wall time in ms since 1970',
    run: async () => {
      const { clock, pass } = make()
      const start = clock.now()
      await pass(10)
      assert.ok(clock.now() > start)
      assert.ok(clock.wall() > Date.UTC(2020, 0, 1))
    },
  },
]
