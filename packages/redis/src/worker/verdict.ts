import { type Entry, readEntry } from '../events/entry.js'
import { isStopped, type StopMark } from '../queue/stop-mark.js'
import type { Outcome, TakenEvent } from '../queue/event-queue.js'

/**
 * How a worker proceeds with an event that it has taken. `done`: another one has handled it; `stopped`: its person has stopped it; `newer`: a
 * publisher of a newer version wrote it; `deadly`: too many workers died with it.
 */
export type Verdict =
  | {
      readonly kind: 'handle' | 'done' | 'stopped' | 'deadly'
      readonly event: TakenEvent
      readonly entry: Entry
    }
  | { readonly kind: 'newer' | 'damaged'; readonly event: TakenEvent }

/** How what is not handled ends. */
export const OUTCOMES: Readonly<Record<Exclude<Verdict['kind'], 'handle'>, Outcome>> = {
  done: 'done',
  stopped: 'done',
  newer: 'back',
  damaged: 'dead',
  deadly: 'dead',
}

/** Workers that died with an event before it is given up. */
const LIVES = 3

/** The digest of the event that came before a twin. */
const plainOf = ({ digest }: Entry): string => digest.slice(1)

/** What a worker judges by. */
export interface JudgeDeps {
  /** Which of the digests others have settled; `again`: the server has lost some of these events. */
  readonly settled: (digests: readonly string[], again: boolean) => Promise<ReadonlySet<string>>
  /** Which of them the queue has seen and no bot declined. */
  readonly seen: (digests: readonly string[]) => Promise<ReadonlySet<string>>
  /** How far a conversation was stopped after the events were taken; `undefined` for not at all. */
  readonly stopOf: (conversation: string) => StopMark | undefined
}

/** Judges what was taken, in its order. */
export const judge = async (taken: readonly TakenEvent[], asks: JudgeDeps): Promise<readonly Verdict[]> => {
  const read = taken.map((event) => ({ event, entry: readEntry(event.body) }))
  const digests = read.flatMap(({ entry }) =>
    entry === null || entry === 'newer' || entry.digest === '' ? [] : [entry.digest],
  )
  const again = read.some(({ entry }) => entry !== null && entry !== 'newer' && entry.again)
  const known = digests.length > 0 ? await asks.settled(digests, again) : new Set()
  const twins = read.flatMap(({ entry }) =>
    entry !== null && entry !== 'newer' && entry.twin ? [plainOf(entry)] : [],
  )
  const had = twins.length > 0 ? await asks.seen(twins) : new Set()
  return read.map(({ event, entry }): Verdict => {
    if (entry === 'newer') return { kind: 'newer', event }
    if (entry === null) return { kind: 'damaged', event }
    if (known.has(entry.digest) || (entry.twin && had.has(plainOf(entry))))
      return { kind: 'done', event, entry }
    const marks = [event.stop, asks.stopOf(event.conversation)]
    if (marks.some((mark) => mark && isStopped(event, entry, mark))) return { kind: 'stopped', event, entry }
    return { kind: event.lives >= LIVES ? 'deadly' : 'handle', event, entry }
  })
}
