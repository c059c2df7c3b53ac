import { type Entry, readEntry } from '../events/entry.js'
import type { TakenEvent } from '../queue/event-queue.js'
import type { Outcome } from './held-events.js'

/**
 * How a worker proceeds with an event that it has taken. `done`: another one has handled it; `newer`: a publisher of a newer version wrote
 * it; `deadly`: too many workers died with it.
 */
export type Verdict =
  | { readonly kind: 'handle' | 'done' | 'deadly'; readonly event: TakenEvent; readonly entry: Entry }
  | { readonly kind: 'newer' | 'damaged'; readonly event: TakenEvent }

/** How what is not handled ends. */
export const OUTCOMES: Readonly<Record<Exclude<Verdict['kind'], 'handle'>, Outcome>> = {
  done: 'done',
  newer: 'back',
  damaged: 'dead',
  deadly: 'dead',
}

/** Workers that died with an event before it is given up. */
const LIVES = 3

/**
 * Judges what was taken, in its order.
 *
 * @param settled returns which of the digests were settled by others
 */
export const judge = async (
  taken: readonly TakenEvent[],
  settled: (digests: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<readonly Verdict[]> => {
  const read = taken.map((event) => ({ event, entry: readEntry(event.body) }))
  const digests = read.flatMap(({ entry }) =>
    entry === null || entry === 'newer' || entry.digest === '' ? [] : [entry.digest],
  )
  const known = digests.length > 0 ? await settled(digests) : new Set()
  return read.map(({ event, entry }): Verdict => {
    if (entry === 'newer') return { kind: 'newer', event }
    if (entry === null) return { kind: 'damaged', event }
    if (known.has(entry.digest)) return { kind: 'done', event, entry }
    return { kind: event.lives >= LIVES ? 'deadly' : 'handle', event, entry }
  })
}
