import { createHash, randomBytes } from 'node:crypto'

import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, type MemorySimulator, type SimulatorOptions } from '@qqkit/simulator'
import type { Dispatcher } from 'undici'

import { Rest, type RestOptions, type Target } from '../../src/index.js'
import { settle } from './settle.js'

/** A platform in memory, a client of it, and people to send files to. */
export interface MediaStage {
  readonly sim: MemorySimulator
  readonly rest: Rest
  readonly clock: ManualClock
  readonly records: readonly LogRecord[]
  readonly ann: Target<'c2c'>
  readonly room: Target<'group'>
  /** Lets time pass until the promise has settled. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
  /** Bodies of the calls of a route, in order. */
  readonly bodies: (route: string) => readonly Readonly<Record<string, unknown>>[]
}

/** What a stage can be told. */
export interface MediaStageOptions {
  readonly sim?: SimulatorOptions
  readonly rest?: Partial<RestOptions>
  /** What stands between the client and the platform. */
  readonly between?: ((platform: Dispatcher, clock: ManualClock) => Dispatcher) | undefined
}

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return { text }
  }
}

/** Tells a story on a fresh stage, takes it down, and proves that no timer is left. */
export const onStage = async (
  story: (stage: MediaStage) => Promise<void>,
  { sim: settings = {}, rest: options = {}, between }: MediaStageOptions = {},
): Promise<void> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, channelNeedsSession: false, ...settings })
  const records: LogRecord[] = []
  const { appId, secret } = sim.credentials
  const rest = new Rest({
    appId,
    secret,
    baseUrl: sim.url,
    dispatcher: between?.(sim.dispatcher, clock) ?? sim.dispatcher,
    clock,
    random: () => 0,
    log: (record) => records.push(record),
    ...options,
  })
  const read = new Map<string, Readonly<Record<string, unknown>>>()
  const bodyOf = (request: string): Readonly<Record<string, unknown>> => {
    const body = read.get(request) ?? parsed(request)
    read.set(request, body)
    return body
  }
  const settleHere = <T>(promise: Promise<T>): Promise<T> => settle(clock, promise)
  await story({
    sim,
    rest,
    clock,
    records,
    ann: { scene: 'c2c', id: sim.user('ann').id },
    room: { scene: 'group', id: sim.group('room').id },
    settle: settleHere,
    bodies: (route) =>
      sim.log
        .of('call')
        .filter((call) => call.route === route)
        .map(({ request }) => bodyOf(request)),
  })
  await rest.close()
  await sim.close()
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1A\n', 'latin1')

/** A picture of so many bytes, other ones each time. */
export const png = (size: number): Buffer =>
  Buffer.concat([SIGNATURE, randomBytes(size - SIGNATURE.byteLength)])

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** What a promise rejects with. */
export const reasonOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('expected a rejection')
    },
    (reason: unknown) => reason,
  )
