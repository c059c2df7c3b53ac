import type { Clock, LogSink } from '@qqkit/core'

import type { BotOptions } from '../options.js'
import { memoryParkStore } from './memory-park-store.js'
import { ParkingLot } from './parking-lot.js'

/** ms that a reply waits. */
const MAX_AGE = 24 * 60 * 60_000

/** Where the replies of a bot wait that cannot go out; `null` when it shall throw. */
export const parkingOf = (
  { appId, onUndeliverable, parking = {}, random = Math.random }: BotOptions,
  { clock, log }: { readonly clock: Clock; readonly log: LogSink },
): ParkingLot | null => {
  if (onUndeliverable !== 'park') return null
  const { store = memoryParkStore(), maxAge = MAX_AGE } = parking
  return new ParkingLot({ appId, store, maxAge, clock, random, log })
}
