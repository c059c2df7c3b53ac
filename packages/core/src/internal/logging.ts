import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

import type { LogLevel, LogRecord, LogSink } from '../log.js'
import { isThenable } from './abort.js'

/** Wraps a user's sink so that it never throws and never rejects. */
export const guardedSink =
  (sink: LogSink): LogSink =>
  (record: LogRecord): void => {
    try {
      // An `async` function is accepted as a sink, and may reject.
      const result: unknown = sink(record)
      if (isThenable(result)) void Promise.resolve(result).catch(() => {})
    } catch {
      // A broken log must not break a bot.
    }
  }

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** The sinks that drop records below a level. */
const leastLevels = new WeakMap<LogSink, number>()

/** Makes a sink that drops records below a level; `silent` drops all. */
export const fromLevel = (least: LogLevel | 'silent', sink: LogSink): LogSink => {
  const from = least === 'silent' ? LEVELS.length : LEVELS.indexOf(least)
  const limited: LogSink = (record) => {
    if (LEVELS.indexOf(record.level) >= from) sink(record)
  }
  leastLevels.set(limited, from)
  return limited
}

/** Whether a sink may write records of a level. Records of single calls and events are not made for one that drops them. */
export const takesLevel = (sink: LogSink | undefined, level: LogLevel): boolean =>
  sink !== undefined && LEVELS.indexOf(level) >= (leastLevels.get(sink) ?? 0)

/**
 * Makes a sink that passes each record to the user's sink, if any, and to the diagnostics channel `qqkit:<name>`. Costs
 * one check per record when the channel has no subscribers.
 */
export const createLog = (name: string, sink?: LogSink): LogSink => {
  const diagnostics = channel(`qqkit:${name}`)
  const guarded = sink && guardedSink(sink)
  return (record: LogRecord): void => {
    if (diagnostics.hasSubscribers) diagnostics.publish(record)
    guarded?.(record)
  }
}

/** Shown in place of a secret. */
export const SECRET_PLACEHOLDER = '[secret]'

/**
 * Holds a value that must never be printed. Text, JSON, `console.log` and property listings show a placeholder; only
 * {@link Secret.reveal} returns the value.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    Object.defineProperty(this, inspect.custom, { value: () => SECRET_PLACEHOLDER })
  }

  /** The value itself: use it at once, never store or print it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return SECRET_PLACEHOLDER
  }

  toJSON(): string {
    return SECRET_PLACEHOLDER
  }
}

/** One half of a surrogate pair without the other half. */
const LONE_SURROGATE = /\p{Surrogate}/gu

const isHighSurrogate = (unit: number): boolean => unit >= 0xd8_00 && unit <= 0xdb_ff

/** Moves an end that would split a character to the position before that character. */
export const wholeEnd = (text: string, end: number): number =>
  isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end

/**
 * Cuts a text to at most `most` UTF-16 units without a lone surrogate, which strict JSON parsers refuse. Redact secrets
 * before cutting: half a secret would no longer be recognised.
 */
export const cutText = (text: string, most: number): string =>
  text.slice(0, wholeEnd(text, most)).replaceAll(LONE_SURROGATE, '\uFFFD')
