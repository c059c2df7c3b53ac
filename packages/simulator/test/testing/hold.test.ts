import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createMemorySimulator, type Simulator } from '../../src/index.js'
import { hold } from '../../src/testing/hold.js'
import { until } from '../../src/testing/waiting.js'

/** Seconds of a test. */
const handSeconds = () => {
  let tick = (): void => {}
  const state = { keeps: true, ended: false }
  return {
    state,
    every: (fn: () => void) => {
      tick = fn
      return { keep: (keeps: boolean) => (state.keeps = keeps), end: () => (state.ended = true) }
    },
    pass: (seconds: number) => {
      for (let left = seconds; left > 0; left -= 1) tick()
    },
  }
}

let sim: Simulator
beforeEach(() => void (sim = createMemorySimulator()))
afterEach(async () => {
  vi.restoreAllMocks()
  await sim.close()
})

const held = (isBusy = () => false) => {
  const seconds = handSeconds()
  const close = vi.fn(async () => {})
  const release = hold({ sim, isBusy, close }, seconds.every)
  return { ...seconds, close, release }
}

describe('a desk that is not closed', () => {
  it('SM-28 keeps the process for 3 s after its last use', () => {
    const { state, pass, release } = held()
    pass(2)
    expect(state.keeps).toBe(true)
    sim.user('ann').say('hi')
    pass(2)
    expect(state.keeps).toBe(true)
    pass(1)
    expect(state.keeps).toBe(false)
    sim.user('ann').say('hi')
    expect(state.keeps).toBe(true)
    release()
    expect(state.ended).toBe(true)
  })

  it('SM-28 is in use while an expectation waits, and while its bot is busy', async () => {
    const { state, pass, close, release } = held()
    let found: true | undefined
    const waiting = until(sim, 10_000, () => found)
    pass(100)
    expect(state.keeps).toBe(true)
    found = true
    sim.user('ann').say('hi')
    await waiting
    pass(3)
    expect(state.keeps).toBe(false)
    expect(close).not.toHaveBeenCalled()
    release()
    const busy = held(() => true)
    busy.pass(10)
    expect(busy.state.keeps).toBe(true)
    busy.release()
  })

  it('SM-28 closes itself after 60 s, with a warning, also when its bot never becomes idle', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { pass, close, state } = held(() => true)
    pass(59)
    expect(close).not.toHaveBeenCalled()
    pass(1)
    expect(close).toHaveBeenCalledOnce()
    expect(state.ended).toBe(true)
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('nothing used it for 60 s'), {
      code: 'QQKIT_DESK_OPEN',
      detail: expect.stringContaining('await using') as string,
    })
  })
})
