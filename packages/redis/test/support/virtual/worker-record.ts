import type { Loss } from './model-server.js'

/** ms after a loss in which workers that can be reached tell what they settled. */
export const QUIET = 3000

/** When a process could not do its work, or not reach the server. */
export interface Trouble {
  readonly from: number
  readonly to: number
  /** Whether all were cut off by a restart of the server, and come back in time to tell what they settled. */
  readonly isRestart: boolean
}

/** What a worker went through. */
export interface WorkerRecord {
  readonly name: string
  readonly troubles: Trouble[]
  killedAt: number
  /** When it was closed, and when that was over. */
  closedAt: number
  endedAt: number
  reapedAt: number
  /** When the lease ends that the server gave it last. */
  leaseEnd: number
  /** Ids of events that it reported as settled too late, and keys of those that it reported as lost. */
  readonly reported: Set<string>
}

/** Whether a worker was in trouble of its own while it had to tell the others what the server had lost. */
export const couldNotTell = ({ troubles }: WorkerRecord, { at }: Loss): boolean =>
  troubles.some(({ from, to, isRestart }) => !isRestart && from <= at + QUIET && to >= at)
