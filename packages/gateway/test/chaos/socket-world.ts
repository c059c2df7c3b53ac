import { setImmediate } from 'node:timers/promises'

import { sleep, systemClock, type Clock } from '@qqkit/core'
import { startSimulator } from '@qqkit/simulator'

import { wsTransport } from '../../src/index.js'
import { simAccess } from '../support/sim-access.js'
import type { World } from './night.js'

/** How much faster time passes: a ladder of 1 to 60 s takes 3 to 200 ms. */
const FACTOR = 300
/** What a busy machine may take from one end of a connection to the other, in ms of its own. */
const LAG = 200

/** The real clock, whose hours pass in seconds. */
const hurriedClock: Clock = {
  now: () => systemClock.now() * FACTOR,
  wall: () => systemClock.wall() + systemClock.now() * FACTOR,
  setTimer: (ms, fn) => systemClock.setTimer(ms / FACTOR, fn),
}

/** Lets time pass. No timer is shorter than 1 ms: what is less adds up, and only lets the others have their turn. */
const passing = (clock: Clock): ((ms: number) => Promise<void>) => {
  let owed = 0
  return async (ms) => {
    owed += ms
    if (owed < FACTOR) return setImmediate()
    const due = owed
    owed = 0
    return sleep(clock, due)
  }
}

/** A platform on loopback, real sockets, and a clock that cannot be stopped. */
export const socketWorld = async (seed: number): Promise<World> => {
  const clock = hurriedClock
  const sim = await startSimulator({
    clock,
    seed,
    page: false,
    sessionStarts: { total: 100_000 },
    connectionLifetime: 1_800_000,
  })
  return {
    sim,
    clock,
    access: simAccess(sim),
    transport: wsTransport(),
    pass: passing(clock),
    slack: LAG * FACTOR,
    close: async () => {
      await sim.close()
      return []
    },
  }
}
