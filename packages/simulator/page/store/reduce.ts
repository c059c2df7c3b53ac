import type { PageAttachment, PageRefusal } from '../../src/page/contract/inputs.js'
import type {
  PageFeedEntry,
  PageMessage,
  PageRoom,
  PageSnapshot,
  PageUpdate,
} from '../../src/page/contract/wire.js'
import {
  FEED_LIMIT,
  FEED_SIZE,
  HISTORY_LIMIT,
  MESSAGE_LIMIT,
  NOTE_LIMIT,
  OUTPUT_LIMIT,
  type Language,
  type Link,
  type Pane,
  type Side,
  type State,
} from './state.js'

/** All actions that change the state. */
export type Action =
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'snapshot'; readonly snapshot: PageSnapshot; readonly now: number }
  | { readonly type: 'update'; readonly update: PageUpdate; readonly now: number }
  | { readonly type: 'room'; readonly room: string }
  | { readonly type: 'speaker'; readonly room: string; readonly person: string }
  | { readonly type: 'draft'; readonly room: string; readonly text: string }
  | { readonly type: 'filter'; readonly filter: Partial<State['filter']> }
  | { readonly type: 'seek'; readonly sought: string }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'past'; readonly past: State['past'] }
  /** Shows the rows of the past from this line. */
  | { readonly type: 'from'; readonly from: number }
  | { readonly type: 'clear' }
  | { readonly type: 'language'; readonly language: Language }
  | { readonly type: 'pane'; readonly pane: Pane }
  | { readonly type: 'side'; readonly side: Side }
  | { readonly type: 'plot'; readonly plotted: boolean }
  | { readonly type: 'sent' }
  | { readonly type: 'quote'; readonly room: string; readonly quote: string | null }
  | { readonly type: 'files'; readonly room: string; readonly files: readonly PageAttachment[] }
  | { readonly type: 'silent'; readonly room: string; readonly silent: boolean }
  /** The draft of a room was sent. */
  | { readonly type: 'said'; readonly room: string }
  | { readonly type: 'notice'; readonly notice: PageRefusal | null }

const sizeOf = ({ detail }: PageFeedEntry): number => detail?.length ?? 0

/** Appends lines to the known ones, within {@link FEED_LIMIT} and {@link FEED_SIZE}. */
const appendFeed = (
  { feed, feedSize }: Pick<State, 'feed' | 'feedSize'>,
  more: readonly PageFeedEntry[],
): Pick<State, 'feed' | 'feedSize'> => {
  const last = feed.at(-1)?.seq ?? -1
  const fresh = more.filter((entry) => entry.seq > last)
  if (fresh.length === 0) return { feed, feedSize }
  const rows = [...feed, ...fresh]
  let size = fresh.reduce((sum, entry) => sum + sizeOf(entry), feedSize)
  let first = 0
  while (rows.length - first > FEED_LIMIT || (size > FEED_SIZE && rows.length - first > 1)) {
    size -= sizeOf(rows[first] as PageFeedEntry)
    first += 1
  }
  return { feed: first === 0 ? rows : rows.slice(first), feedSize: size }
}

const append = <Item extends { readonly order: number }>(
  items: readonly Item[],
  more: readonly Item[] | undefined,
  limit: number,
): readonly Item[] => {
  if (more === undefined) return items
  const last = items.at(-1)?.order ?? -1
  return [...items, ...more.filter(({ order }) => order > last)].slice(-limit)
}

const mergeMessages = (
  messages: readonly PageMessage[],
  more: readonly PageMessage[],
): readonly PageMessage[] => {
  const byId = new Map(messages.map((message) => [message.id, message]))
  for (const message of more) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => a.order - b.order).slice(-MESSAGE_LIMIT)
}

/** Marks the messages of the room on the screen as seen. */
const look = (state: State): State => {
  if (state.room === null) return state
  const newest = state.messages.findLast((message) => message.room === state.room)?.order ?? 0
  if ((state.seen[state.room] ?? 0) >= newest) return state
  return { ...state, seen: { ...state.seen, [state.room]: newest } }
}

/** Keeps the chosen room while it exists. */
const chooseRoom = (room: string | null, rooms: readonly PageRoom[]): string | null =>
  rooms.some(({ id }) => id === room) ? room : (rooms[0]?.id ?? null)

/** After a restart of the simulator, messages are counted anew, and nothing has been seen. */
const seenSince = (seen: State['seen'], { messages }: PageSnapshot): State['seen'] =>
  Object.values(seen).some((order) => order > (messages.at(-1)?.order ?? 0)) ? {} : seen

const applySnapshot = (state: State, snapshot: PageSnapshot, now: number): State => ({
  ...state,
  link: 'live',
  clockOffset: snapshot.now - now,
  bot: snapshot.bot,
  bots: snapshot.bots,
  places: snapshot.places,
  connections: snapshot.connections,
  rooms: snapshot.rooms,
  messages: snapshot.messages.slice(-MESSAGE_LIMIT),
  notes: snapshot.notes,
  output: snapshot.output,
  faults: snapshot.faults,
  offers: snapshot.offers,
  switches: snapshot.switches,
  presses: snapshot.presses,
  typing: snapshot.typing,
  routes: snapshot.routes,
  incidents: snapshot.incidents,
  playing: snapshot.playing,
  clock: snapshot.clock,
  ...appendFeed({ feed: [], feedSize: 0 }, snapshot.feed),
  // After a restart another process may answer, whose lines start again at 0.
  clearedTo: Math.min(state.clearedTo, snapshot.feed.at(-1)?.seq ?? 0),
  room: chooseRoom(state.room, snapshot.rooms),
  seen: seenSince(state.seen, snapshot),
})

const applyUpdate = (state: State, update: PageUpdate, now: number): State => {
  const rooms = update.rooms ?? state.rooms
  return {
    ...state,
    clockOffset: update.now - now,
    connections: update.connections ?? state.connections,
    rooms,
    // A room that was made a moment ago comes with the next list of rooms.
    room: update.rooms ? chooseRoom(state.room, rooms) : state.room,
    messages: update.messages ? mergeMessages(state.messages, update.messages) : state.messages,
    notes: append(state.notes, update.notes, NOTE_LIMIT),
    output: append(state.output, update.output, OUTPUT_LIMIT),
    faults: update.faults ?? state.faults,
    switches: update.switches ?? state.switches,
    presses: update.presses ?? state.presses,
    typing: update.typing ?? state.typing,
    bots: update.bots ?? state.bots,
    playing: update.playing ?? state.playing,
    clock: update.clock ?? state.clock,
    places: update.places ?? state.places,
    ...appendFeed(state, update.feed ?? []),
  }
}

type Steps = {
  readonly [Type in Action['type']]: (state: State, action: Extract<Action, { readonly type: Type }>) => State
}

const steps: Steps = {
  link: (state, { link }) => ({ ...state, link }),
  snapshot: (state, { snapshot, now }) => look(applySnapshot(state, snapshot, now)),
  update: (state, { update, now }) => look(applyUpdate(state, update, now)),
  room: (state, { room }) => look({ ...state, room, pane: 'chat' }),
  speaker: (state, { room, person }) => ({ ...state, speakers: { ...state.speakers, [room]: person } }),
  draft: (state, { room, text }) => ({ ...state, drafts: { ...state.drafts, [room]: text } }),
  filter: (state, { filter }) => ({ ...state, filter: { ...state.filter, ...filter } }),
  seek: (state, { sought }) => ({ ...state, sought }),
  pause: (state, { paused }) => ({ ...state, frozen: paused ? state.feed : null }),
  past: (state, { past }) => ({ ...state, past }),
  from: (state, { from }) => ({ ...state, past: state.past && { ...state.past, from } }),
  clear: (state) => ({
    ...state,
    frozen: state.frozen && [],
    clearedTo: state.feed.at(-1)?.seq ?? state.clearedTo,
  }),
  language: (state, { language }) => ({ ...state, language }),
  pane: (state, { pane }) => ({ ...state, pane }),
  side: (state, { side }) => ({ ...state, side }),
  plot: (state, { plotted }) => ({ ...state, plotted }),
  sent: (state) => ({ ...state, sent: state.sent + 1 }),
  quote: (state, { room, quote }) => ({ ...state, quotes: { ...state.quotes, [room]: quote } }),
  files: (state, { room, files }) => ({ ...state, files: { ...state.files, [room]: files } }),
  silent: (state, { room, silent }) => ({
    ...state,
    silent: silent ? [...state.silent, room] : state.silent.filter((each) => each !== room),
  }),
  said: (state, { room }) => {
    const text = state.drafts[room] ?? ''
    const said = (state.history[room] ?? []).filter((each) => each !== text)
    return {
      ...state,
      drafts: { ...state.drafts, [room]: '' },
      quotes: { ...state.quotes, [room]: null },
      files: { ...state.files, [room]: [] },
      history: { ...state.history, [room]: [...said, ...(text === '' ? [] : [text])].slice(-HISTORY_LIMIT) },
    }
  },
  notice: (state, { notice }) => ({ ...state, notice }),
}

/** The next state. Pure: time comes with the action. */
export const reduce = (state: State, action: Action): State =>
  (steps[action.type] as (state: State, action: Action) => State)(state, action)
