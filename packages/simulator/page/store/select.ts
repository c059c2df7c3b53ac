import type { PageFeedEntry, PageMessage, PageNote, PageRoom } from '../../src/page/wire.js'
import type { State } from './state.js'

/** The room on the screen. */
export const currentRoom = (state: State): PageRoom | null =>
  state.rooms.find(({ id }) => id === state.room) ?? null

/** Who speaks in a room: the person chosen for it, or its first one. */
export const speakerOf = (state: State, room: PageRoom): string => {
  const chosen = state.speakers[room.id]
  return chosen !== undefined && room.people.includes(chosen) ? chosen : (room.people[0] ?? '')
}

/** The bubbles of a room, oldest first. */
export const messagesOf = (state: State, room: string): readonly PageMessage[] =>
  state.messages.filter((message) => message.room === room)

/** The bubbles of a room and what happened to the bot's connection since the first of them, in order. */
export const conversationOf = (state: State, room: string): readonly (PageMessage | PageNote)[] => {
  const messages = messagesOf(state, room)
  const start = messages[0]?.order ?? Number.POSITIVE_INFINITY
  return [...messages, ...state.notes.filter(({ order }) => order > start)].sort((a, b) => a.order - b.order)
}

/** Answers of the bot that were not looked at yet. */
export const unreadOf = (state: State, room: string): number =>
  state.messages.filter(
    (message) => message.room === room && message.from === 'bot' && message.order > (state.seen[room] ?? 0),
  ).length

/** The lines that pass the filter; what came in while paused stays out. */
export const visibleFeed = (state: State): readonly PageFeedEntry[] => {
  const wanted = state.filter.text.trim().toLowerCase()
  return (state.frozen ?? state.feed).filter(
    (entry) =>
      entry.seq > state.clearedTo &&
      (state.filter.kind === 'all' || entry.kind === state.filter.kind) &&
      (state.filter.beats || !entry.beat) &&
      (wanted === '' ||
        `${entry.verb} ${entry.subject} ${entry.result} ${entry.detail ?? ''}`
          .toLowerCase()
          .includes(wanted)),
  )
}

/** How many lines came in since the feed was paused. */
export const missedWhilePaused = (state: State): number => {
  const last = state.frozen?.at(-1)?.seq ?? state.clearedTo
  return state.frozen === null ? 0 : state.feed.filter((entry) => entry.seq > last).length
}

/** How the bot is doing, in one word. */
export const botPresence = (state: State): 'unknown' | 'never' | 'joining' | 'online' | 'frozen' | 'away' => {
  if (state.bot === null) return 'unknown'
  if (state.connections.some(({ state: phase }) => phase === 'ready')) return 'online'
  if (state.connections.some(({ state: phase }) => phase === 'frozen')) return 'frozen'
  if (state.connections.length > 0) return 'joining'
  return state.feed.some(({ kind }) => kind === 'frame') ? 'away' : 'never'
}
