import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { Intake } from '../../src/checkpoint/intake.js'
import { LastChance } from '../../src/checkpoint/last-chance.js'
import type { OpenDelivery } from '../../src/checkpoint/open-delivery.js'

const given = () => {
  const clock = new ManualClock()
  const intake = new Intake(
    { clock, deliveryDeadline: Infinity, maxUnsettled: 1000, whenFull: undefined },
    { onAbandoned: () => {}, onChange: () => {} },
  )
  intake.restore({
    sessionId: 's1',
    committed: 1,
    doneAbove: [],
    inFlight: [
      [2, 2],
      [3, 2],
      [4, 1],
    ],
  })
  const [first, second, third] = [2, 3, 4].map((seq) => intake.receive(seq, null) as OpenDelivery)
  const lastChance = new LastChance(clock, intake)
  const turns: (number | null)[] = []
  const wait = async (delivery: OpenDelivery): Promise<unknown> =>
    lastChance.turn(delivery).then(() => turns.push(delivery.seq))
  const lives = (): readonly unknown[] => intake.checkpoint()?.inFlight ?? []
  return { clock, intake, lastChance, turns, wait, lives, first: first!, second: second!, third: third! }
}

it('GW-17 is given to one event after the other, and counts against the one that has it', async () => {
  const { clock, intake, turns, wait, lives, first, second, third } = given()
  expect([first.lastChance, second.lastChance, third.lastChance]).toEqual([true, true, false])
  void wait(first).then(async () => wait(second))
  await clock.settle()
  expect([turns, lives()]).toEqual([
    [2],
    [
      [2, 3],
      [3, 2],
      [4, 2],
    ],
  ])
  intake.settle(first, 'done')
  await clock.settle()
  expect([turns, lives()]).toEqual([
    [2, 3],
    [
      [3, 3],
      [4, 2],
    ],
  ])
  intake.settle(second, 'done')
  await clock.settle()
  expect(clock.pending).toBe(0)
})

it('GW-17 does not hold up the others for ever', async () => {
  const { clock, turns, wait, first, second } = given()
  void wait(first).then(async () => wait(second))
  await clock.advance(9999)
  expect(turns).toEqual([2])
  await clock.advance(1)
  expect(turns).toEqual([2, 3])
})

it('GW-17 is over at once for what was settled meanwhile, and keeps no timer after it was closed', async () => {
  const { clock, intake, turns, wait, lastChance, first, second } = given()
  intake.settle(first, 'abandoned')
  await wait(first)
  void wait(second)
  await clock.settle()
  expect([turns, clock.pending]).toEqual([[2, 3], 1])
  lastChance.close()
  await clock.settle()
  expect(clock.pending).toBe(0)
})
