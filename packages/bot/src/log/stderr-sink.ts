import { QqkitError, type Advice, type LogRecord, type LogSink } from '@qqkit/core'
import { isError, messageOf } from '@qqkit/core/internal'

import { writeLine } from './write-line.js'

/** The language of the system, for Windows and editors, where the environment says nothing of it. */
const systemLocale = (): string => Intl.DateTimeFormat().resolvedOptions().locale

/** Whether the person at the terminal reads Chinese. */
const readsChinese = (env: Readonly<Record<string, string | undefined>>, locale: () => string): boolean =>
  /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || locale())

/** Where in the user's own code an error came from, as one short word. */
const whereabouts = (error: Error): string => {
  const frame = error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line))
  const place = frame && /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame.trim())?.[1]
  return place ? ` (${place})` : ''
}

/** Causes that are told of an error: they may go round in a circle. */
const DEEPEST = 8

const describe = (error: Error, chinese: boolean, depth: number): string => {
  if (!QqkitError.is(error)) return `${error.name}: ${error.message}${whereabouts(error)}`
  const { advice, cause } = error
  const told = cause === undefined || depth === DEEPEST || (isError(cause) && cause.message === error.message)
  const reason = told ? '' : ` ← ${describeError(cause, chinese, depth + 1)}`
  return `${error.message}${advice ? ` — ${chinese ? advice.zh : advice.en}` : ''}${reason}`
}

/** Whatever was thrown is told, even if its own fields fail when they are read. */
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

/** Writes warnings and errors as one line each: a newcomer must see why nothing happens. Used unless `log` is given. */
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
