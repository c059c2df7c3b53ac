import { setTimeout } from 'node:timers/promises'

import { ManualClock, sourceContract, type SourceSubject } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator, type Simulator } from '@qqkit/simulator'
import { describe, it } from 'vitest'

import { Gateway } from '../../src/index.js'
import { memoryAccess } from '../support/memory-access.js'
import { simAccess } from '../support/sim-access.js'

const intents = ['GROUP_AND_C2C_EVENT'] as const

const speakers = (sim: Simulator): Pick<SourceSubject, 'say' | 'sayTwice'> => ({
  say: (text) => void sim.user('ann').say(text),
  sayTwice: (text) => {
    sim.faults.add({ on: 'event', do: { kind: 'duplicate' } })
    sim.user('ann').say(text)
  },
})

const inMemory = (): SourceSubject => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock })
  return {
    source: new Gateway({ access: memoryAccess(sim), transport: sim.transport, clock, intents }),
    ...speakers(sim),
    pass: () => clock.advance(10),
    dispose: () => sim.close(),
  }
}

const overSockets = async (): Promise<SourceSubject> => {
  const sim = await startSimulator({ page: false })
  // Some cases leave deliveries open, and nobody waits for those on the real clock.
  const source = new Gateway({ access: simAccess(sim), intents, drainTimeout: 50 })
  return {
    source,
    ...speakers(sim),
    pass: () => setTimeout(1),
    dispose: async () => {
      await source.close()
      await sim.close()
    },
  }
}

describe('in memory', () => {
  for (const { name, run } of sourceContract(inMemory)) it(name, run)
})

describe('over sockets', () => {
  for (const { name, run } of sourceContract(overSockets)) it(name, run)
})
