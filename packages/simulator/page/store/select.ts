import type {
  PageFeedEntry,
  PageLine,
  PageMessage,
  PageNote,
  PageRoom,
  PageSwitch,
} from '../../src/page/contract/wire.js'
import { DRAWN_LIMIT, type State } from './state.js'

/** The part of the state that a selector reads, so that other changes do not recompute it. */
type Part<Keys extends keyof State> = Pick<State, Keys>

/** The room on the screen. */
export const currentRoom = ({ rooms, room }: Part<'rooms' | 'room'>): PageRoom | null =>
  rooms.find(({ id }) => id === room) ?? null

/** The speaker of a room: the chosen person, or the first one. */
export const speakerOf = ({ speakers }: Part<'speakers'>, room: PageRoom): string => {
  const chosen = speakers[room.id]
  return chosen !== undefined && room.people.includes(chosen) ? chosen : (room.people[0] ?? '')
}

/** The bubbles of a room, its own notes, and those of the connection since the first bubble, in order. */
export const conversationOf = (
  { messages, notes }: Part<'messages' | 'notes'>,
  room: string,
): readonly (PageMessage | PageNote)[] => {
  const said = messages.filter((message) => message.room === room)
  const start = said[0]?.order ?? Number.POSITIVE_INFINITY
  const here = notes.filter((note) => (note.room === null ? note.order > start : note.room === room))
  return [...said, ...here].sort((a, b) => a.order - b.order)
}

/** A text without its markup, for one line. */
const plainText = (text: string): string =>
  text
    .replaceAll(/<qqbot-cmd-\w+[^>]*?(?:show|text)="([^"]*)"[^>]*>/g, '$1')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replaceAll(/[*_~`|]{1,3}/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** A message in one line; `''` when it has no text. */
export const gistOf = ({ markdown, text, card, files }: PageMessage): string =>
  (markdown === null ? text : plainText(markdown)) || card?.title || (files[0]?.name ?? '')

/** A room in the list. */
export interface RoomSummary {
  readonly room: PageRoom
  readonly last: PageMessage | null
  /** Number of the bot's unseen answers. */
  readonly unread: number
}

/** The rooms, each with its last message and its number of unseen ones. */
export const summaries = ({
  rooms,
  messages,
  seen,
}: Part<'rooms' | 'messages' | 'seen'>): readonly RoomSummary[] => {
  const byRoom = new Map(
    rooms.map((room) => [room.id, { room, last: null as PageMessage | null, unread: 0 }]),
  )
  for (const message of messages) {
    const summary = byRoom.get(message.room)
    if (summary === undefined) continue
    summary.last = message
    if (message.from === 'bot' && message.order > (seen[message.room] ?? 0)) summary.unread += 1
  }
  return [...byRoom.values()]
}

/** A word as a pattern: it finds any case without a copy of the text. */
const patternOf = (word: string): RegExp => new RegExp(word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i')

/** A test of the words of a filter. */
const wordsTest = (words: string): ((...texts: readonly string[]) => boolean) => {
  const wanted = words
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-')
    .map((word) => {
      const without = word.startsWith('-')
      return { without, pattern: patternOf(without ? word.slice(1) : word) }
    })
  return (...texts) =>
    wanted.every(({ without, pattern }) => texts.some((text) => pattern.test(text)) !== without)
}

/** The lines that pass the filter: of the past if one is open, else of the feed without those since the pause. */
export const visibleFeed = ({
  feed,
  frozen,
  past,
  clearedTo,
  filter,
  room,
}: Part<'feed' | 'frozen' | 'past' | 'clearedTo' | 'filter' | 'room'>): readonly PageFeedEntry[] => {
  const hasWords = wordsTest(filter.text)
  return (past?.rows ?? frozen ?? feed).filter(
    (entry) =>
      (past !== null || entry.seq > clearedTo) &&
      (filter.kinds.length === 0 || filter.kinds.includes(entry.kind)) &&
      (filter.direction === 'all' || entry.direction === filter.direction) &&
      (filter.bot === null || entry.bot === filter.bot) &&
      (!filter.here || entry.room === room) &&
      (!filter.trouble || entry.tone === 'bad') &&
      (filter.beats || !entry.beat) &&
      hasWords(entry.verb, entry.subject, entry.gist, entry.result, entry.detail ?? ''),
  )
}

/** The lines of the output with the words of the filter. */
export const visibleOutput = ({ output, sought }: Part<'output' | 'sought'>): readonly PageLine[] => {
  const hasWords = wordsTest(sought)
  return output.filter(({ from, text }) => hasWords(from, text))
}

/** The lines of the past that are drawn, and the first line of the parts before and after them. */
export interface PastPart {
  readonly rows: readonly PageFeedEntry[]
  readonly before: number | null
  readonly after: number | null
}

/** At most {@link DRAWN_LIMIT} lines from `from`, or the last ones. */
export const partOf = (rows: readonly PageFeedEntry[], from: number): PastPart => {
  const found = rows.findIndex(({ seq }) => seq >= from)
  const start = found === -1 ? Math.max(0, rows.length - DRAWN_LIMIT) : found
  return {
    rows: rows.slice(start, start + DRAWN_LIMIT),
    before: start === 0 ? null : (rows[Math.max(0, start - DRAWN_LIMIT)]?.seq ?? null),
    after: rows[start + DRAWN_LIMIT]?.seq ?? null,
  }
}

/** Number of lines since the feed was paused. */
export const missedWhilePaused = ({
  feed,
  frozen,
  clearedTo,
}: Part<'feed' | 'frozen' | 'clearedTo'>): number => {
  const last = frozen?.at(-1)?.seq ?? clearedTo
  return frozen === null ? 0 : feed.filter((entry) => entry.seq > last).length
}

/** The state of the bot. */
export type Presence = 'unknown' | 'never' | 'joining' | 'online' | 'frozen' | 'away'

/** The state of the bot, in one word. */
export const botPresence = ({ bot, connections, feed }: Part<'bot' | 'connections' | 'feed'>): Presence => {
  if (bot === null) return 'unknown'
  if (connections.some(({ state }) => state === 'ready')) return 'online'
  if (connections.some(({ state }) => state === 'frozen')) return 'frozen'
  if (connections.length > 0) return 'joining'
  return feed.some(({ kind }) => kind === 'frame') ? 'away' : 'never'
}

/** Whether a live switch is not in its initial position. */
export const isTurned = ({ value, start }: PageSwitch): boolean => value !== start
