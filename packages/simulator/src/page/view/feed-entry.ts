import type {
  CallEntry,
  ConnectionEntry,
  EventEntry,
  FaultEntry,
  FrameEntry,
  HeartbeatEntry,
  LogEntry,
  PushEntry,
  RefusedIntentsEntry,
  SessionEntry,
  SwitchEntry,
} from '../../core/kernel/log-entry.js'
import type { PageFeedEntry } from '../contract/wire.js'
import type { RowRooms } from './row-rooms.js'
import { parsed, textOf } from '../../runtime/wire-objects.js'

/** Names of the opcodes (§3.2). */
const opcodeNames: Readonly<Record<number, string>> = {
  0: 'DISPATCH',
  1: 'HEARTBEAT',
  2: 'IDENTIFY',
  6: 'RESUME',
  7: 'RECONNECT',
  9: 'INVALID SESSION',
  10: 'HELLO',
  11: 'HEARTBEAT ACK',
}
const heartbeatOpcodes: ReadonlySet<number | null> = new Set([1, 11])

type FeedLine = Omit<PageFeedEntry, 'seq' | 'at' | 'gist' | 'bot' | 'room'>
const happened: Pick<FeedLine, 'kind' | 'direction' | 'beat' | 'connection' | 'detail'> = {
  kind: 'event',
  direction: 'none',
  beat: false,
  connection: null,
  detail: null,
}

const frameTone = ({ op, t }: FrameEntry): FeedLine['tone'] => {
  if (t === 'READY' || t === 'RESUMED') return 'good'
  return op === 7 || op === 9 ? 'bad' : 'calm'
}

const frameLine = (entry: FrameEntry): FeedLine => ({
  kind: 'frame',
  direction: entry.direction,
  verb: entry.op === null ? '?' : (opcodeNames[entry.op] ?? `op ${entry.op}`),
  subject: entry.t ?? '',
  result: entry.fault ?? (entry.s === null ? '' : `s ${entry.s}`),
  tone: entry.fault === null ? frameTone(entry) : 'bad',
  beat: entry.fault === null && heartbeatOpcodes.has(entry.op),
  connection: String(entry.connection),
  detail: entry.text,
})

const callLine = (entry: CallEntry): FeedLine => {
  const refused = entry.status === 0 || entry.status >= 400 || (entry.code !== null && entry.code !== 0)
  return {
    kind: 'call',
    direction: 'in',
    verb: entry.method,
    subject: entry.path,
    result: [entry.status === 0 ? '—' : String(entry.status), entry.code || null, entry.fault]
      .filter((part) => part !== null)
      .join(' '),
    tone: refused || entry.fault !== null ? 'bad' : 'good',
    beat: false,
    connection: null,
    detail: JSON.stringify({
      route: entry.route,
      request: parsed(entry.request),
      status: entry.status,
      response: parsed(entry.response),
      executed: entry.executed,
      ms: entry.ms,
      ...(entry.fault === null ? {} : { fault: entry.fault }),
    }),
  }
}

const connectionLine = (entry: ConnectionEntry): FeedLine => ({
  ...happened,
  verb: entry.change,
  subject: entry.reason,
  result: entry.change === 'closed' ? String(entry.code) : `#${entry.connection}`,
  tone: entry.change === 'opened' ? 'calm' : 'bad',
  connection: String(entry.connection),
  detail: JSON.stringify({ connection: entry.connection, by: entry.by, session: entry.session }),
})

const sessionLine = (entry: SessionEntry): FeedLine => ({
  ...happened,
  verb: `session.${entry.change}`,
  subject: entry.session,
  result: `s ${entry.seq}`,
  tone: entry.change === 'created' || entry.change === 'resumed' ? 'good' : 'calm',
  connection: entry.connection === null ? null : String(entry.connection),
})

/** Only an event that did not reach a bot at once needs a line besides its frame. */
const eventLine = (entry: EventEntry): FeedLine | null => {
  if (entry.pushed || entry.sessions.some(({ live }) => live)) return null
  const lost = entry.sessions.length === 0
  return {
    ...happened,
    verb: lost ? 'event.lost' : 'event.kept',
    subject: entry.t,
    result: '',
    tone: lost ? 'bad' : 'calm',
  }
}

const faultLine = (entry: FaultEntry): FeedLine => ({
  ...happened,
  verb: `fault.${entry.change}`,
  subject: entry.what,
  result: entry.fault,
  tone: entry.change === 'cleared' ? 'calm' : 'bad',
})

const switchLine = (entry: SwitchEntry): FeedLine => ({
  ...happened,
  verb: 'switch',
  subject: entry.name,
  result: String(entry.value),
  tone: 'calm',
})

const refusedIntentsLine = ({ connection, asked, refused }: RefusedIntentsEntry): FeedLine => ({
  ...happened,
  verb: 'intents.refused',
  subject: String(refused),
  result: `#${connection}`,
  tone: 'bad',
  connection: String(connection),
  detail: JSON.stringify({ asked, refused }),
})

/** The heartbeat itself has a line as a frame or a push. */
const heartbeatLine = ({ change, connection, ms }: HeartbeatEntry): FeedLine | null => {
  if (change === 'asked') return null
  return {
    ...happened,
    verb: `heartbeat.${change}`,
    subject: '',
    result: `${ms} ms`,
    tone: change === 'answered' ? 'good' : 'bad',
    connection: connection === null ? null : String(connection),
  }
}

const pushLine = (entry: PushEntry): FeedLine => ({
  kind: 'call',
  direction: 'out',
  verb: 'PUSH',
  subject: entry.t ?? '',
  result: entry.status === 0 ? '—' : String(entry.status),
  tone: entry.outcome === 'accepted' ? 'good' : 'bad',
  beat: false,
  connection: null,
  detail: JSON.stringify({
    id: entry.id,
    attempt: entry.attempt,
    outcome: entry.outcome,
    answer: parsed(entry.body),
  }),
})

type FeedLines = {
  readonly [Kind in LogEntry['kind']]: (entry: Extract<LogEntry, { readonly kind: Kind }>) => FeedLine | null
}

const lines: FeedLines = {
  frame: frameLine,
  call: callLine,
  connection: connectionLine,
  session: sessionLine,
  event: eventLine,
  fault: faultLine,
  push: pushLine,
  'refused-intents': refusedIntentsLine,
  heartbeat: heartbeatLine,
  switch: switchLine,
  // Shown as a bubble, and as the line of its call.
  message: () => null,
  typing: () => null,
  press: () => null,
  reaction: () => null,
  interaction: () => null,
}

/** The first text of a message within JSON that may be cut: its fields of that name are JSON texts. */
const TEXT = /"(?:content|content_raw|button_data)"\s*:\s*("(?:\\.|[^"\\])*")/g

/** Longest text in a line. */
const GIST = 80

const gistOf = (entry: LogEntry): string => {
  const source = entry.kind === 'frame' ? entry.text : entry.kind === 'call' ? entry.request : ''
  for (const [, text = ''] of source.slice(0, 4000).matchAll(TEXT)) {
    const plain = textOf(parsed(text)).trim()
    if (plain !== '') return plain.slice(0, GIST)
  }
  return ''
}

const botIn = (entry: LogEntry, botOf: (connection: number) => string | null): string | null => {
  if ('bot' in entry && entry.bot !== null) return entry.bot
  return 'connection' in entry && entry.connection !== null ? botOf(entry.connection) : null
}

/** The line of the feed for a log entry; `null` if the feed shows it in another way. */
export const feedEntry = (
  entry: LogEntry,
  botOf: (connection: number) => string | null,
  rooms: RowRooms,
): PageFeedEntry | null => {
  const line = (lines[entry.kind] as (entry: LogEntry) => FeedLine | null)(entry)
  const bot = botIn(entry, botOf)
  const room = rooms.roomIn(entry, bot)
  return line && { seq: entry.n, at: entry.at, gist: gistOf(entry), bot, room, ...line }
}
