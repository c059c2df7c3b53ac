import { setTimeout as wait } from 'node:timers/promises'

import { describe, it } from 'vitest'

import { systemClock } from '../src/index.js'
import { clockContract, ManualClock } from '../src/testing/index.js'

describe('system clock', () => {
  const subject = { clock: systemClock, pass: (ms: number) => wait(ms) }
  for (const { name, run } of clockContract(() => subject)) it(name, run)
})

describe('manual clock', () => {
  const subject = () => {
    const clock = new ManualClock()
    return { clock, pass: (ms: number) => clock.advance(ms) }
  }
  for (const { name, run } of clockContract(subject)) it(name, run)
})
