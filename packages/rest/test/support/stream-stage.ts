import { ManualClock, seededRandom } from '@qqkit/core/testing'
import {
  type CallEntry,
  createMemorySimulator,
  type MemorySimulator,
  type MemorySimulatorOptions,
} from '@qqkit/simulator'

import { Rest, StreamError, type StreamResult } from '../../src/index.js'
import { settle } from './settle.js'

/** A client and a platform in one process, on a clock that stands still. */
export interface StreamStage {
  readonly clock: ManualClock
  readonly sim: MemorySimulator
  readonly rest: Rest
  /** Another client of the same bot, as in another process. */
  readonly another: () => Rest
  /** Lets time pass until the promise has settled. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
  /** A source that yields at the pace of the clock. */
  readonly speak: (pieces: readonly string[], ms: number | (() => number)) => AsyncGenerator<string>
  /** Calls that carried chunks. */
  readonly chunks: () => readonly CallEntry[]
  /** Ends both; throws when a timer is left. */
  readonly close: () => Promise<void>
}

const SEED = 20_261_130

export const streamStage = (options: Omit<MemorySimulatorOptions, 'clock'> = {}): StreamStage => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed: SEED, ...options })
  const { appId, secret } = sim.credentials
  const clients: Rest[] = []
  const another = (): Rest => {
    const random = seededRandom(SEED)
    const rest = new Rest({ appId, secret, baseUrl: sim.url, dispatcher: sim.dispatcher, clock, random })
    clients.push(rest)
    return rest
  }
  const settleHere = <T>(promise: Promise<T>): Promise<T> => settle(clock, promise)
  return {
    clock,
    sim,
    rest: another(),
    another,
    settle: settleHere,
    async *speak(pieces, ms) {
      for (const piece of pieces) {
        const pause = typeof ms === 'number' ? ms : ms()
        await new Promise<void>((resolve) => void clock.setTimer(pause, resolve))
        yield piece
      }
    },
    chunks: () => sim.log.of('call').filter(({ route }) => route === 'c2c.stream'),
    close: async () => {
      await settleHere(Promise.all(clients.map(async (client) => client.close())))
      await sim.close()
      if (clock.pending > 0) throw new Error(`${clock.pending} timers were left behind`)
    },
  }
}

/** How a stream ended, well or not. */
export const endingOf = async (streaming: Promise<StreamResult>): Promise<StreamResult | StreamError> =>
  streaming.catch((error: unknown) => {
    if (StreamError.is(error)) return error
    throw error
  })
