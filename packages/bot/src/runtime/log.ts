import type { Writable } from 'node:stream'

import {
  type Advice,
  type CancelTimer,
  type Clock,
  type LogRecord,
  type LogSink,
  QqkitError,
} from '@qqkit/core'
import { createLog, guardedSink, isError, messageOf } from '@qqkit/core/internal'

/** The sink of a bot: the user's, none, or warnings and errors on stderr. It never throws. */
export const chooseSink = (log: LogSink | false | undefined): LogSink | undefined => {
  if (log === false) return undefined
  return guardedSink(log ?? stderrSink())
}

/** The bot's own log over a chosen sink. */
export const botLog = (sink: LogSink | undefined): LogSink => createLog('bot', sink)

/** The language of the system, for Windows and editors, where no environment variable has it. */
const systemLocale = (): string => Intl.DateTimeFormat().resolvedOptions().locale

/** Whether the person at the terminal reads Chinese. */
const readsChinese = (env: Readonly<Record<string, string | undefined>>, locale: () => string): boolean =>
  /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || locale())

/** The place in the user's code where an error was thrown, as one short word. */
const stackLocation = (error: Error): string => {
  const frame = error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line))
  const place = frame && /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame.trim())?.[1]
  return place ? ` (${place})` : ''
}

/** Most causes that are printed: a chain of causes may be a circle. */
const DEEPEST = 8

const describe = (error: Error, chinese: boolean, depth: number): string => {
  if (!QqkitError.is(error)) return `${error.name}: ${error.message}${stackLocation(error)}`
  const { advice, cause } = error
  const told = cause === undefined || depth === DEEPEST || (isError(cause) && cause.message === error.message)
  const reason = told ? '' : ` ← ${describeError(cause, chinese, depth + 1)}`
  return `${error.message}${advice ? ` — ${chinese ? advice.zh : advice.en}` : ''}${reason}`
}

/** Describes any thrown value, even one whose fields throw when they are read. */
const describeError = (error: unknown, chinese: boolean, depth = 0): string => {
  try {
    return isError(error) ? describe(error, chinese, depth) : messageOf(error)
  } catch {
    return messageOf(error)
  }
}

/** The plain fields of a record that has no sentence. */
const describeFields = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('')

const isAdvice = (value: unknown): value is Advice =>
  typeof value === 'object' && value !== null && 'en' in value && 'zh' in value

const onOneLine = (text: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ')
    : text

/** A record as one line for people. */
const formatRecord = (record: LogRecord, chinese: boolean): string => {
  const { level, event, message, error, advice, ...fields } = record
  const parts = [`qqkit ${level}: ${message ?? event + describeFields(fields)}`]
  if (error !== undefined) parts.push(describeError(error, chinese))
  else if (isAdvice(advice)) parts[0] += ` — ${chinese ? advice.zh : advice.en}`
  return onOneLine(parts.join(': '))
}

/** Writes warnings and errors as one line each, so that a newcomer sees why nothing happens. The default for `log`. */
export const stderrSink = (
  write: (line: string) => void = writeLine(process.stderr),
  env: Readonly<Record<string, string | undefined>> = process.env,
  locale: () => string = systemLocale,
): LogSink => {
  const chinese = readsChinese(env, locale)
  return (record) => {
    if (record.level !== 'warn' && record.level !== 'error') return
    write(`${formatRecord(record, chinese)}\n`)
  }
}

const ignore = (): void => {}

/**
 * Writes to a stream whose other end may be closed, like stderr behind a closed pipe: a log without a reader must not end the
 * process.
 */
export const writeLine =
  (stream: Writable) =>
  (line: string): void => {
    stream.write(line, (error) => {
      // Called before the event 'error', which ends the process without a listener.
      if (error && stream.listenerCount('error') === 0) stream.once('error', ignore)
    })
  }

/** ms for which equal records are counted instead of written. */
const WINDOW = 10_000
/** Kinds of records that are counted at a time, as a bound on memory. */
const MOST = 1000

/** A record that was written, and equal ones since then. */
interface Flood {
  /** On the clock. */
  readonly since: number
  readonly more: { count: number; last: LogRecord; readonly cancel: CancelTimer } | null
}

const keyOf = ({ event, message, error }: LogRecord): string =>
  `${event}\n${message ?? ''}\n${isError(error) ? messageOf(error) : ''}`

/** A sink on which a flood of equal warnings is one record, and one more with their count. */
export interface CollapsingSink {
  readonly sink: LogSink
  /** Writes what has been counted so far. */
  readonly flush: () => void
}

/**
 * Writes the first of equal warnings at once, and after ten seconds the number of further ones: a hundred thousand dropped
 * events are two lines. Equal warnings have the same event, message and error.
 */
export const collapseRepeats = (sink: LogSink, clock: Clock): CollapsingSink => {
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

  /** Writes the first of a kind, and drops kinds that are no longer counted. */
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
      // Set only when there is a number to write: a timer keeps the process alive.
      const cancel = clock.setTimer(flood.since + WINDOW - now, () => tell(key))
      floods.set(key, { since: flood.since, more: { count: 1, last: record, cancel } })
    },
    flush: () => {
      for (const key of floods.keys()) tell(key)
    },
  }
}
