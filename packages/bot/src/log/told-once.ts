import type { CancelTimer, Clock, LogRecord, LogSink } from '@qqkit/core'
import { isError, messageOf } from '@qqkit/core/internal'

/** ms for which records that are equal to one are counted instead of written. */
const WINDOW = 10_000
/** Kinds of records that are counted at a time, as a bound on memory. */
const MOST = 1000

/** What was written, and what has come since then. */
interface Flood {
  /** On the clock. */
  readonly since: number
  readonly more: { count: number; last: LogRecord; readonly cancel: CancelTimer } | null
}

const keyOf = ({ event, message, error }: LogRecord): string =>
  `${event}\n${message ?? ''}\n${isError(error) ? messageOf(error) : ''}`

/** A sink on which a flood of equal warnings is one record, and one more with their count. */
export interface ToldOnce {
  readonly sink: LogSink
  /** Writes what has been counted so far. */
  readonly flush: () => void
}

/**
 * Lets the first of equal warnings through at once, and tells after ten seconds how many more came: a hundred thousand events that
 * had to make room are two lines. Equal are records of the same event with the same sentence and error.
 */
export const toldOnce = (sink: LogSink, clock: Clock): ToldOnce => {
  const floods = new Map<string, Flood>()

  const tell = (key: string): void => {
    const more = floods.get(key)?.more
    floods.delete(key)
    if (!more) return
    const { count, last, cancel } = more
    cancel()
    const message = `${last.message ?? last.event} (${count} times more within ${WINDOW / 1000} s)`
    sink({ ...last, message, count })
  }

  /** Writes the first of a kind. What is no longer counted makes room. */
  const begin = (key: string, record: LogRecord, now: number): void => {
    sink(record)
    if (floods.size >= MOST)
      for (const [old, { since, more }] of floods) if (!more && now - since >= WINDOW) floods.delete(old)
    if (floods.size < MOST) floods.set(key, { since: now, more: null })
  }

  return {
    sink: (record) => {
      if (record.level !== 'warn') {
        sink(record)
        return
      }
      const key = keyOf(record)
      const now = clock.now()
      const flood = floods.get(key)
      if (!flood || (!flood.more && now - flood.since >= WINDOW)) {
        floods.delete(key)
        begin(key, record, now)
        return
      }
      if (flood.more) {
        flood.more.count += 1
        flood.more.last = record
        return
      }
      // Not before there is something to tell: a timer keeps a process.
      const cancel = clock.setTimer(flood.since + WINDOW - now, () => tell(key))
      floods.set(key, { since: flood.since, more: { count: 1, last: record, cancel } })
    },
    flush: () => {
      for (const key of floods.keys()) tell(key)
    },
  }
}
