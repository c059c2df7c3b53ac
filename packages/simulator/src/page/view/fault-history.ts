import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { PageFault } from '../contract/wire.js'

/** What a fault did so far, and whether its strikes are used up. */
export interface FaultRecord extends Pick<PageFault, 'strikes' | 'last' | 'what'> {
  readonly cleared: boolean
}

/** The records of the latest faults by id, oldest first. */
export type FaultHistory = ReadonlyMap<string, FaultRecord>

/** Most faults that are kept. */
const KEPT = 100

const noStrike: FaultRecord = { strikes: 0, last: null, what: '', cleared: false }

/** The records after an entry of the log. */
export const nextFaults = (history: FaultHistory, entry: LogEntry): FaultHistory => {
  if (entry.kind !== 'fault') return history
  const { fault, change, what, where, at } = entry
  const before = change === 'added' ? noStrike : (history.get(fault) ?? noStrike)
  const now =
    change === 'struck'
      ? { ...before, what, strikes: before.strikes + 1, last: { at, where } }
      : change === 'cleared'
        ? { ...before, cleared: true }
        : { ...before, what }
  const others = [...history].filter(([id]) => id !== fault)
  return new Map([...others, [fault, now] as const].slice(-KEPT))
}
