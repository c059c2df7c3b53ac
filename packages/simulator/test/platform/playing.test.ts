import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { createMemorySimulator, type Scenario } from '../../src/index.js'

const minute: Scenario = {
  name: 'a-minute',
  story: 'ann says something every ten seconds.',
  source: '§8',
  steps: [{ at: 0, every: 10_000, times: 7, kind: 'say', scene: 'c2c', peer: 'ann', text: 'hi' }],
}

it('SM-26 a scenario is held before its next step, and continues where it was', async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock })
  const said = (): number => sim.log.of('message').length
  const playback = sim.play(minute)
  expect(sim.playing()).toEqual([playback])
  await clock.advance(15_000)
  expect(said()).toBe(2)
  playback.pause()
  playback.pause()
  expect(playback).toMatchObject({ name: 'a-minute', length: 60_000, position: 15_000, paused: true })
  await clock.advance(3_600_000)
  expect(said()).toBe(2)
  expect(playback.position).toBe(15_000)
  playback.resume()
  playback.resume()
  await clock.advance(4_999)
  expect(said()).toBe(2)
  await clock.advance(1)
  expect(said()).toBe(3)
  await clock.advance(40_000)
  await playback.done
  expect(playback).toMatchObject({ position: 60_000, paused: false })
  expect(said()).toBe(7)
  expect(sim.playing()).toEqual([])
  await sim.close()
})

it('SM-26 a paused scenario can be stopped, and ends with the simulator', async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock })
  const [first, second] = [sim.play(minute), sim.play(minute)]
  first.pause()
  second.pause()
  first.stop()
  await first.done
  first.resume()
  await clock.advance(60_000)
  expect(sim.log.of('message')).toHaveLength(2)
  await sim.close()
  await second.done
  expect(clock.pending).toBe(0)
})

it('SM-26 a scenario for one bot of several strikes no other one', async () => {
  const sim = createMemorySimulator({ clock: new ManualClock() })
  const { appId } = sim.addBot()
  const trouble: Scenario = {
    ...minute,
    steps: [
      { at: 0, kind: 'fault', fault: { on: 'heartbeat', do: { kind: 'ignore' } } },
      { at: 0, kind: 'fault', fault: { on: 'open', do: { kind: 'refuse' } } },
      { at: 0, kind: 'say', scene: 'c2c', peer: 'ann', text: 'hi' },
    ],
  }
  sim.play(trouble, appId)
  sim.play(trouble)
  expect(sim.faults.armed().map(({ spec }) => spec.match)).toEqual([
    { bot: appId },
    undefined,
    undefined,
    undefined,
  ])
  expect(sim.log.of('message').map(({ bot }) => bot)).toEqual([appId, sim.credentials.appId])
  await sim.close()
})
