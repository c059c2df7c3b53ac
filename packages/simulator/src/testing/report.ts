import type { LogRecord } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import type { CallEntry, EventEntry, LogEntry, MessageEntry } from '../core/kernel/log-entry.js'
import { toChinese } from '../language/to-chinese.js'
import { hasFakeTimers } from './real-time.js'

/** What a report is made of. */
export interface Evidence {
  /** The first line: what was expected, and what came. */
  readonly failure: string
  /** The conversation that it is about; `null` for all. */
  readonly place: Pick<MessageEntry, 'bot' | 'scene' | 'peerId'> | null
  /** The log, from the beginning of the conversation. */
  readonly log: readonly LogEntry[]
  /** Number of the entry with which the failed expectation begins. */
  readonly since: number
  /** What the bot logged meanwhile. */
  readonly records: readonly LogRecord[]
  /** Number of its handlers that have not ended. */
  readonly running?: number
  /** Number of events that wait for one of them. */
  readonly waiting?: number
  readonly language?: 'en' | 'zh'
}

/** Most lines of each part, and characters of each line: a report is read on a terminal. */
const LINES = 8
const WIDTH = 160

const FAKE_TIMERS =
  'the timers of this process are fake, so a bot may do nothing: give startDesk() { clock: new ManualClock() } instead, or replace only Date'

const cut = (text: string): string => {
  const line = text.replaceAll(/\s*\n\s*/g, ' ⏎ ')
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line
}

/** The last lines of a part, below its title; nothing for an empty one. */
const part = (title: string, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return []
  const left = lines.length - LINES
  return [
    title,
    ...(left > 0 ? [`  … ${left} before`] : []),
    ...lines.slice(-LINES).map((one) => `  ${cut(one)}`),
  ]
}

const isOf = (entry: MessageEntry, place: Evidence['place']): boolean =>
  place === null || (entry.bot === place.bot && entry.scene === place.scene && entry.peerId === place.peerId)

/** A sentence of ours in the language of the reader. */
type Say = (text: string) => string

const lineOfMessage = (entry: MessageEntry): string => {
  const { author, content, direction, change, replyTo } = entry
  const notes = [
    ...(change === 'sent' ? [] : [change]),
    ...(direction === 'out' && replyTo === null ? ['proactive'] : []),
  ]
  return `${author}: ${content}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

const lineOfCall = ({ method, path, status, code, response, fault }: CallEntry, say: Say): string => {
  const refused = status >= 400 || (code !== null && code !== 0)
  const why = fault === null ? '' : ` [fault ${fault}]`
  return `${method} ${path} → ${status === 0 ? say('no answer') : status}${refused ? ` ${response}` : ''}${why}`
}

/** Calls that every bot makes, whatever people say. */
const isUsual = ({ route, status }: CallEntry): boolean =>
  status === 200 && (route === 'token' || route.startsWith('gateway.') || route === 'me.get')

const isError = ({ level, error }: LogRecord): boolean =>
  level === 'error' || (level === 'warn' && error !== undefined)

/** The line of the user's own code in a stack. */
const placeIn = (error: unknown): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line))
  return frame ? ` ${frame.trim()}` : ''
}

const lineOfRecord = ({ message, event, error }: LogRecord): string => {
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : messageOf(error)
  return error === undefined ? (message ?? event) : `${message ?? event}: ${thrown}${placeIn(error)}`
}

const lineOfEvent = ({ t, sessions, pushed }: EventEntry, say: Say): string | null => {
  if (sessions.length === 0 && !pushed) return say(`${t} was published to no session and no webhook`)
  if (!pushed && sessions.every(({ live }) => !live))
    return say(`${t} waits for the bot to resume its session`)
  return null
}

const busyLine = (running: number, waiting: number): string => {
  const line = `handlers that still run: ${running}`
  return waiting > 0 ? `${line}; events that wait for them: ${waiting}` : line
}

/** A failed expectation in a few lines: the conversation, the calls, what handlers threw, and events that no handler took. */
export const report = ({
  failure,
  place,
  log,
  since,
  records,
  running = 0,
  waiting = 0,
  language = 'en',
}: Evidence): string => {
  const say: Say = language === 'zh' ? toChinese : (text) => text
  const now = log.filter(({ n }) => n >= since)
  const messages = log.filter(
    (entry): entry is MessageEntry => entry.kind === 'message' && isOf(entry, place),
  )
  const shown = messages.filter(({ change }) => change !== 'streaming')
  const calls = now.filter((entry): entry is CallEntry => entry.kind === 'call' && !isUsual(entry))
  const events = now.filter((entry): entry is EventEntry => entry.kind === 'event')
  const ended = now.flatMap((entry) =>
    entry.kind === 'connection' && entry.change === 'closed'
      ? [say(`by the ${entry.by}, ${entry.code} ${entry.reason}`)]
      : [],
  )
  const struck = now.flatMap((entry) =>
    entry.kind === 'fault' && entry.change === 'struck' ? [`${entry.fault}: ${entry.where}`] : [],
  )
  const untaken = records.filter(({ event }) => event === 'bot.untaken').map(lineOfRecord)
  const errors = records.filter(isError).map(lineOfRecord)
  return [
    say(failure),
    ...(hasFakeTimers() ? [FAKE_TIMERS] : []),
    ...part(say('the conversation:'), shown.map(lineOfMessage)),
    ...part(
      say('calls of the bot:'),
      calls.length > 0 ? calls.map((call) => lineOfCall(call, say)) : [say('none')],
    ),
    ...(running > 0 ? [say(busyLine(running, waiting))] : []),
    ...part(say('faults that struck:'), struck),
    ...part(say('errors in the bot:'), errors),
    ...part(say('events that no handler took:'), [
      ...untaken,
      ...events.flatMap((entry) => lineOfEvent(entry, say) ?? []),
    ]),
    ...part(say('connections that ended:'), ended),
  ].join('\n')
}
