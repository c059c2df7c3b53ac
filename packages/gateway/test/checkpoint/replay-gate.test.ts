import { expect, it } from 'vitest'

import { ReplayGate } from '../../src/checkpoint/replay-gate.js'

const deferred = () => {
  let resolve: () => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const given = () => {
  const out: number[] = []
  return { out, gate: new ReplayGate<number>((item) => out.push(item)) }
}

it('lets everything through at once while there is nothing to wait for', () => {
  const { out, gate } = given()
  gate.pass(1)
  gate.pass(2)
  expect(out).toEqual([1, 2])
})

it('GW-17 holds an event until the store has noted it, and those behind it, in order', async () => {
  const { out, gate } = given()
  const first = deferred()
  const second = deferred()
  gate.pass(1, first.promise)
  gate.pass(2, second.promise)
  gate.pass(3)
  second.resolve()
  await turn()
  expect([out, gate.held]).toEqual([[], 3])
  first.resolve()
  await turn()
  expect([out, gate.held]).toEqual([[1, 2, 3], 0])
  gate.pass(4)
  expect(out).toEqual([1, 2, 3, 4])
})

it('asks what an event waits for when it is its turn', async () => {
  const { out, gate } = given()
  const first = deferred()
  const asked: number[] = []
  gate.pass(1, first.promise)
  gate.pass(2, async () => {
    asked.push(...out)
  })
  await turn()
  expect(asked).toEqual([])
  first.resolve()
  await turn()
  expect([asked, out]).toEqual([[1], [1, 2]])
})

it('GW-18 lets an event through when noting it failed', async () => {
  const { out, gate } = given()
  gate.pass(1, Promise.reject(new Error('disk full')))
  await turn()
  expect(out).toEqual([1])
})

it('keeps the order when a delivery passes another one', async () => {
  const out: number[] = []
  const gate: ReplayGate<number> = new ReplayGate((item) => {
    out.push(item)
    if (item === 1) gate.pass(9)
  })
  gate.pass(1, Promise.resolve())
  gate.pass(2)
  await turn()
  expect(out).toEqual([1, 2, 9])
})

it('delivers nothing after it was closed', async () => {
  const { out, gate } = given()
  const wait = deferred()
  gate.pass(1, wait.promise)
  gate.close()
  wait.resolve()
  await turn()
  expect([out, gate.held]).toEqual([[], 0])
})
