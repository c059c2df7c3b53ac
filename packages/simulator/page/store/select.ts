import type {
  PageFeedEntry,
  PageMessage,
  PageNote,
  PageRoom,
  PageSwitch,
} from '../../src/page/contract/wire.js'
import type { State } from './state.js'

/** What each of these needs of the state, so that nothing is worked out again when something else changes. */
type Part<Keys extends keyof State> = Pick<State, Keys>

/** The room on the screen. */
export const currentRoom = ({ rooms, room }: Part<'rooms' | 'room'>): PageRoom | null =>
  rooms.find(({ id }) => id === room) ?? null

/** Who speaks in a room: the person chosen for it, or its first one. */
export const speakerOf = ({ speakers }: Part<'speakers'>, room: PageRoom): string => {
  const chosen = speakers[room.id]
  return chosen !== undefined && room.people.includes(chosen) ? chosen : (room.people[0] ?? '')
}

/** The bubbles of a room and what happened to the bot's connection since the first of them, in order. */
export const conversationOf = (
  { messages, notes }: Part<'messages' | 'notes'>,
  room: string,
): readonly (PageMessage | PageNote)[] => {
  const said = messages.filter((message) => message.room === room)
  const start = said[0]?.order ?? Number.POSITIVE_INFINITY
  return [...said, ...notes.filter(({ order }) => order > start)].sort((a, b) => a.order - b.order)
}

/** A room in the list. */
export interface RoomSummary {
  readonly room: PageRoom
  readonly last: PageMessage | null
  /** Answers of the bot that were not looked at yet. */
  readonly unread: number
}

/** The rooms with what was said last and what is new in each. */
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

/** The lines that pass the filter; what came in while paused stays out. */
export const visibleFeed = ({
  feed,
  frozen,
  clearedTo,
  filter,
}: Part<'feed' | 'frozen' | 'clearedTo' | 'filter'>): readonly PageFeedEntry[] => {
  const wanted = filter.text.trim().toLowerCase()
  return (frozen ?? feed).filter(
    (entry) =>
      entry.seq > clearedTo &&
      (filter.kind === 'all' || entry.kind === filter.kind) &&
      (filter.beats || !entry.beat) &&
      (wanted === '' ||
        `${entry.verb} ${entry.subject} ${entry.result} ${entry.detail ?? ''}`
          .toLowerCase()
          .includes(wanted)),
  )
}

/** How many lines came in since the feed was paused. */
export const missedWhilePaused = ({
  feed,
  frozen,
  clearedTo,
}: Part<'feed' | 'frozen' | 'clearedTo'>): number => {
  const last = frozen?.at(-1)?.seq ?? clearedTo
  return frozen === null ? 0 : feed.filter((entry) => entry.seq > last).length
}

/** How the bot is doing. */
export type Presence = 'unknown' | 'never' | 'joining' | 'online' | 'frozen' | 'away'

/** How the bot is doing, in one word. */
export const botPresence = ({ bot, connections, feed }: Part<'bot' | 'connections' | 'feed'>): Presence => {
  if (bot === null) return 'unknown'
  if (connections.some(({ state }) => state === 'ready')) return 'online'
  if (connections.some(({ state }) => state === 'frozen')) return 'frozen'
  if (connections.length > 0) return 'joining'
  return feed.some(({ kind }) => kind === 'frame') ? 'away' : 'never'
}

/** Whether a live switch stands elsewhere than where the simulator was started with it. */
export const isTurned = ({ value, start }: PageSwitch): boolean => value !== start
