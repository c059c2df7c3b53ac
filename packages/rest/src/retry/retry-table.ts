import type { Repeatability } from '../types/call.js'
import type { Repeat, Situation } from '../types/situation.js'

/** Whether a failed attempt is repeated, by how it failed and by what a repeat would do. */
export type RetryTable = Readonly<Record<Situation, Readonly<Record<Repeatability, Repeat>>>>

const always = (repeat: Repeat): Readonly<Record<Repeatability, Repeat>> =>
  Object.freeze({ idempotent: repeat, keyed: repeat, plain: repeat })

/** Repeated only where the platform recognises the repeat; a plain call could be executed twice. */
const unlessDoubling: Readonly<Record<Repeatability, Repeat>> = Object.freeze({
  idempotent: 'backoff',
  keyed: 'backoff',
  plain: 'never',
})

/**
 * When a call is repeated. The row is how the attempt failed: `answers/classify-answer.ts` chooses it. The column is what a
 * repeat would do: `send/sender.ts` chooses it for messages (`keyed` for a reply in C2C and groups, whose `msg_seq` the platform
 * recognises; `plain` for others), `pipeline/request.ts` for all other calls, by method. `decide-retry.ts` adds the waits;
 * `unauthorized` is repeated once with a fresh token.
 */
export const retryTable: RetryTable = Object.freeze({
  not_connected: always('backoff'),
  no_answer: unlessDoubling,
  server_error: unlessDoubling,
  no_token: always('backoff'),
  limited: always('backoff'),
  quota: always('never'),
  unauthorized: always('once'),
  fault: always('backoff'),
  fault_once: always('once'),
  refused: always('never'),
})

/** Changes to single cells of the table; every other cell stays as it is. */
export type RetryTableChange = { readonly [S in Situation]?: Partial<Record<Repeatability, Repeat>> }

/** The default table with some cells replaced. */
export const changeRetryTable = (change: RetryTableChange): RetryTable => {
  if (Object.keys(change).length === 0) return retryTable
  const rows = Object.entries(retryTable).map(([situation, row]) => [
    situation,
    { ...row, ...change[situation as Situation] },
  ])
  return Object.freeze(Object.fromEntries(rows) as Record<Situation, Record<Repeatability, Repeat>>)
}
