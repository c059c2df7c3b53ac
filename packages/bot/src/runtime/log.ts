import type { Writable } from 'node:stream'

import {
  type Advice,
  type CancelTimer,
  type Clock,
  type LogLevel,
  type LogRecord,
  type LogSink,
  QqkitError,
  systemClock,
} from '@qqkit/core'
import {
  checkOptions,
  createLog,
  cutText,
  fromLevel,
  guardedSink,
  isError,
  languageOf,
  messageOf,
} from '@qqkit/core/internal'

import { RestError } from '@qqkit/rest'
import * as v from 'valibot'

import { type Language, say } from '../language/translate.js'

/** Levels of a log, the least important first; `silent` writes nothing. */
export const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** The least level that a log writes. */
export type LogThreshold = (typeof LEVELS)[number]

type Environment = Readonly<Record<string, string | undefined>>

/** The level that the variable `QQKIT_LOG` names; `undefined` for none, and for a word that is no level. */
const levelIn = (env: Environment): LogThreshold | undefined => {
  const named = env.QQKIT_LOG?.trim().toLowerCase()
  return LEVELS.find((level) => level === named)
}

/**
 * The sink of a bot: the user's, none, or stderr. A level holds for each; without one stderr begins at `QQKIT_LOG` or `info`, and
 * a sink of the user's gets all records. It never throws, and writes equal records once, with a count.
 */
export const chooseSink = (
  {
    log,
    logLevel,
    language,
  }: {
    readonly log?: LogSink | false
    readonly logLevel?: LogThreshold
    readonly language?: Language
  },
  clock: Clock,
): CollapsingSink | undefined => {
  if (log === false) return undefined
  const written = guardedSink(log ?? defaultSink(clock, language))
  // Errors of the user's own log are events of their monitoring, and each counts.
  const { sink, flush } = collapseRepeats(written, clock, log ? ['warn'] : ['info', 'warn', 'error'])
  const level = logLevel ?? (log ? undefined : (levelIn(process.env) ?? 'info'))
  return { sink: level === undefined ? sink : fromLevel(level, sink), flush }
}

/** The last sink without options of a user's own: the bots of a process have the same one. */
let lastDefault: { readonly clock: Clock; readonly language: Language; readonly sink: LogSink } | undefined

const defaultSink = (clock: Clock, language: Language = languageOf(process.env)): LogSink => {
  if (lastDefault?.clock !== clock || lastDefault.language !== language)
    lastDefault = { clock, language, sink: stderrSink({ level: 'debug', clock, language }) }
  return lastDefault.sink
}

/** The bot's own log over a chosen sink. */
export const botLog = (sink: LogSink | undefined): LogSink => createLog('bot', sink)

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

const describe = (error: Error, language: Language, depth: number): string => {
  if (!QqkitError.is(error)) return `${error.name}: ${say(error.message, language)}${stackLocation(error)}`
  const { advice, cause } = error
  const known =
    cause === undefined || depth === DEEPEST || (isError(cause) && cause.message === error.message)
  const reason = known ? '' : ` ← ${describeError(cause, language, depth + 1)}`
  // The platform gave no text of its own: ours is in the table of its codes, in both languages.
  const facts = language === 'zh' && RestError.is(error) ? error.facts : null
  const message = facts ? error.message.replace(facts.en, facts.zh) : error.message
  const told = advice && error.message.endsWith(advice.en)
  return `${say(message, language, advice)}${advice && !told ? ` — ${advice[language]}` : ''}${reason}`
}

/** Describes any thrown value, even one whose fields throw when they are read. */
const describeError = (error: unknown, language: Language, depth = 0): string => {
  try {
    return isError(error) ? describe(error, language, depth) : messageOf(error)
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

/** What a terminal would obey instead of showing it: people can write it to a bot, and it comes back in errors. */
// oxlint-disable-next-line no-control-regex -- these are meant
const COMMANDS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g

const shown = (character: string): string =>
  character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Characters of a line; one error can carry a whole document. */
const LONGEST = 10_000

const onOneLine = (text: string): string => {
  const line = text.includes('\n')
    ? text
        .split('\n')
        .map((one) => one.trim())
        .filter((one) => one !== '')
        .join(' ')
    : text
  return cutText(line.replace(COMMANDS, shown), LONGEST)
}

/** A record as one line for people. */
const formatRecord = (record: LogRecord, language: Language): string => {
  const { level, event, message, error, advice, ...fields } = record
  const parts = [
    `qqkit ${level}: ${message === undefined ? event + describeFields(fields) : say(message, language)}`,
  ]
  if (error !== undefined) parts.push(describeError(error, language))
  const line = parts.join(language === 'zh' ? '：' : ': ')
  const advised = isAdvice(advice) && !(QqkitError.is(error) && error.advice)
  return onOneLine(advised ? `${line} — ${advice[language]}` : line)
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** A wall time in the zone of the machine, e.g. `2026-01-31 08:05:09`. */
const formatTime = (wall: number): string => {
  const time = new Date(wall)
  const day = [time.getFullYear(), twoDigits(time.getMonth() + 1), twoDigits(time.getDate())].join('-')
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`
}

/** How {@link stderrSink} writes. */
export interface StderrOptions {
  /** The least level that is written. Default: the variable `QQKIT_LOG`, or `'info'`. */
  readonly level?: LogThreshold
  /** Whether lines begin with the time. Default `true`. */
  readonly time?: boolean
  /** Receives each line, with its end. Default: stderr. */
  readonly write?: (line: string) => void
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default: that of `LC_ALL`, `LC_MESSAGES`, `LANG`, or the system. */
  readonly language?: Language
  /** The language of the system, for machines whose environment has none. */
  readonly locale?: () => string
  readonly clock?: Clock
}

const schema = v.strictObject({
  level: v.optional(v.picklist(LEVELS)),
  time: v.optional(v.boolean()),
  write: v.optional(v.function()),
  env: v.optional(v.looseObject({})),
  language: v.optional(v.picklist(['en', 'zh'])),
  locale: v.optional(v.function()),
  clock: v.optional(v.looseObject({})),
})

/**
 * Writes records as one line each, with time and advice, in the language of the person at the terminal. The default for `log`.
 *
 * @example
 * const bot = new Bot({ appId, secret, log: stderrSink({ level: 'debug', time: false }) })
 * @throws OptionsError
 */
export const stderrSink = (options: StderrOptions = {}): LogSink => {
  checkOptions('stderrSink', schema, options)
  const { write = writeLine(process.stderr), env = process.env, time = true, clock = systemClock } = options
  const { level = levelIn(env) ?? 'info', language = languageOf(env, options.locale) } = options
  return fromLevel(level, (record) => {
    const begin = time ? `${formatTime(clock.wall())} ` : ''
    write(`${begin}${formatRecord(record, language)}\n`)
  })
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
 * Writes the first of equal records at once, and after ten seconds the number of further ones: a hundred thousand dropped
 * events are two lines. Equal records have the same event, message and error.
 */
export const collapseRepeats = (
  sink: LogSink,
  clock: Clock,
  levels: readonly LogLevel[] = ['warn'],
): CollapsingSink => {
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
      if (!levels.includes(record.level)) {
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
