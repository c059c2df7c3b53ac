import type { CallEntry, LogEntry, MessageEntry, ReactionEntry } from '../../core/kernel/log-entry.js'
import type {
  PageFeedEntry,
  PageMessage,
  PageNote,
  PagePress,
  PageRoom,
  PageScene,
  PageTimeline,
  PageTyping,
  PageUpdate,
} from '../contract/wire.js'
import { deedOf } from './bot-deeds.js'
import { chatMessage, type Known } from './chat-message.js'
import { nextFaults, type FaultHistory } from './fault-history.js'
import { nextConnections, noConnections } from './connections.js'
import { feedEntry } from './feed-entry.js'
import { createRowRooms, roomIdsOf, type RoomId } from './row-rooms.js'
import { createTimeline } from './timeline.js'
import { fieldsOf, listOf, textOf } from '../../runtime/wire-objects.js'

/** Most presses that the page keeps. */
const PRESSES = 200

/** Presses by the id of their interaction, oldest first. */
export type Presses = ReadonlyMap<string, PagePress>

/** The presses after an entry of the log; the same map when the entry concerns none of them. */
const nextPresses = (presses: Presses, entry: LogEntry): Presses => {
  if (entry.kind === 'press') {
    const { message, button, author, at } = entry
    const press: PagePress = { message: message ?? '', button, person: author, at, code: null }
    return new Map([...presses, [entry.id, press] as const].slice(-PRESSES))
  }
  if (entry.kind !== 'interaction' || entry.code === null) return presses
  const press = presses.get(entry.id)
  if (press === undefined) return presses
  return new Map(presses).set(entry.id, { ...press, code: entry.code })
}

/** Typing notices, by conversation. */
export type Typing = ReadonlyMap<string, PageTyping>

/** The notices after an entry of the log: a message of the bot ends the notice of its conversation. */
const nextTyping = (typing: Typing, entry: LogEntry, roomOf: RoomId): Typing => {
  if (entry.kind !== 'typing' && !(entry.kind === 'message' && entry.direction === 'out')) return typing
  const room = roomOf(entry.bot, entry.scene, entry.peer)
  if (entry.kind === 'message' && !typing.has(room)) return typing
  const next = new Map([...typing].filter(([id, { until }]) => id !== room && until > entry.at))
  if (entry.kind === 'typing') next.set(room, { room, author: entry.author, until: entry.at + entry.ms })
  return next
}

/** The note for a log entry, if any: the bot disconnected or reconnected. */
const noteOf = (entry: LogEntry): PageNote | null => {
  const base = { order: entry.n, at: entry.at, room: null, code: 0, text: '', card: null }
  if (entry.kind === 'connection') {
    if (entry.change === 'opened' || entry.session === null) return null
    return { ...base, what: entry.change, code: entry.code }
  }
  if (entry.kind !== 'session') return null
  if (entry.change === 'created') return { ...base, what: 'session.created' }
  return entry.change === 'resumed' ? { ...base, what: 'session.resumed' } : null
}

/** The first conversations: one of each scene, with the first bot. */
const firstRooms = (bot: string): readonly PageRoom[] => [
  { id: 'c2c:ann', bot, scene: 'c2c', name: 'ann', people: ['ann'] },
  { id: 'group:friends', bot, scene: 'group', name: 'friends', people: ['bob', 'cat'] },
  { id: 'channel:general', bot, scene: 'channel', name: 'general', people: ['cat', 'dan'] },
  { id: 'dm:dan', bot, scene: 'dm', name: 'dan', people: ['dan'] },
]

/** Most conversations, and most people in each. */
const ROOMS = 200
const PEOPLE = 50

/** The rooms with a person added to a room; the same list if nothing changed. */
const withPerson = (
  rooms: readonly PageRoom[],
  { id, bot, scene, name }: Omit<PageRoom, 'people'>,
  person: string | null,
): readonly PageRoom[] => {
  const room = rooms.find((each) => each.id === id)
  if (room === undefined) {
    return [...rooms, { id, bot, scene, name, people: person === null ? [] : [person] }].slice(-ROOMS)
  }
  if (person === null || room.people.includes(person)) return rooms
  const people = [...room.people, person].slice(-PEOPLE)
  return rooms.map((each) => (each === room ? { ...room, people } : each))
}

/** Lines that a page begins with, and most new ones that it gets together. */
const FEED = 500
const FRESH = 10_000
const MESSAGES = 1000
const NAMES = 2000
const NOTES = 200

/** The state of the page, folded from the log. Every collection is bounded. */
export interface PageView {
  /** Applies one log entry. */
  apply(entry: LogEntry): void
  /** Adds a conversation or a person before the first message. */
  addPerson(bot: string, scene: PageScene, room: string, person: string): void
  /** The changes since the last call; `null` without changes. */
  takeChanges(): Omit<
    PageUpdate,
    'now' | 'faults' | 'switches' | 'places' | 'bots' | 'playing' | 'clock'
  > | null
  /** The whole state. */
  whole(): {
    readonly connections: NonNullable<PageUpdate['connections']>
    readonly rooms: readonly PageRoom[]
    readonly messages: readonly PageMessage[]
    readonly notes: readonly PageNote[]
    readonly presses: readonly PagePress[]
    readonly typing: readonly PageTyping[]
    readonly feed: readonly PageFeedEntry[]
  }
  /** A message by its id. */
  message(id: string): PageMessage | undefined
  /** A conversation by its id. */
  room(id: string): PageRoom | undefined
  readonly rooms: readonly PageRoom[]
  /** Forgets what a fault did, or all of them. */
  forgetFault(id: string | null): void
  /** States, waits and faults over time. */
  timeline(now: number): PageTimeline
  /** The strikes of each fault. */
  readonly faultHistory: FaultHistory
}

const putOne = <Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void => {
  map.set(key, value)
  if (map.size <= limit) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}

/** The reactions of a message after one more or one less. */
const nextReactions = (
  reactions: PageMessage['reactions'],
  { change, emoji, author }: ReactionEntry,
): PageMessage['reactions'] => {
  const people = reactions.find((each) => each.emoji === emoji)?.people ?? []
  const left = people.filter((each) => each !== author)
  const now = { emoji, people: change === 'added' ? [...left, author] : left }
  const others = reactions.filter((each) => each.emoji !== emoji)
  return now.people.length === 0
    ? others
    : people.length === 0
      ? [...others, now]
      : reactions.map((each) => (each.emoji === emoji ? now : each))
}

/**
 * @param firstBot the bot whose conversations have no AppID in their ids
 * @param nameOf name of a conversation by the id in paths
 */
export const createPageView = (
  firstBot: string,
  nameOf: (bot: string, scene: PageScene, id: string) => string | null = () => null,
): PageView => {
  const roomOf = roomIdsOf(firstBot)
  const timeline = createTimeline()
  const rowRooms = createRowRooms(roomOf)
  let connections = noConnections
  let rooms = firstRooms(firstBot)
  let faultHistory: FaultHistory = new Map()
  let presses: Presses = new Map()
  let typing: Typing = new Map()
  const messages = new Map<string, PageMessage>()
  const names = new Map<string, string>()
  const references = new Map<string, string>()
  let feed: PageFeedEntry[] = []
  let notes: PageNote[] = []

  let sent = { connections, rooms, presses, typing }
  let freshFeed: PageFeedEntry[] = []
  let freshNotes: PageNote[] = []
  const freshMessages = new Map<string, PageMessage>()

  const known: Known = {
    name: (id) => names.get(id),
    quoted: (id) => {
      const message = messages.get(references.get(id) ?? id)
      return message && { id: message.id, author: message.author, text: message.markdown ?? message.text }
    },
  }

  const learn = (entry: MessageEntry): void => {
    const payload = fieldsOf(entry.payload)
    const author = fieldsOf(payload['author'])
    const mentioned = listOf(payload['mentions']).map(fieldsOf)
    const people =
      entry.direction === 'in' ? [{ ...author, username: entry.author }, ...mentioned] : mentioned
    for (const person of people) {
      const id = textOf(fieldsOf(person)['id'])
      if (id) putOne(names, id, textOf(fieldsOf(person)['username']), NAMES)
    }
    if (entry.refIdx) putOne(references, entry.refIdx, entry.id, NAMES)
  }

  const onMessage = (entry: MessageEntry): void => {
    learn(entry)
    const { bot, scene, peer: name } = entry
    const id = roomOf(bot, scene, name)
    rooms = withPerson(rooms, { id, bot, scene, name }, entry.direction === 'in' ? entry.author : null)
    const before = messages.get(entry.id)
    const next = chatMessage(entry, id, known)
    // A recalled or growing message keeps its position.
    const { order, at, author, reactions } = before ?? next
    putMessage({ ...next, order, at, author, reactions })
  }

  const putMessage = (message: PageMessage): void => {
    putOne(messages, message.id, message, MESSAGES)
    putOne(freshMessages, message.id, message, MESSAGES)
  }

  const onReaction = (entry: ReactionEntry): void => {
    const message = messages.get(entry.message)
    if (message) putMessage({ ...message, reactions: nextReactions(message.reactions, entry) })
  }

  /** What the bot did in a conversation, which the page may not have seen before. */
  const noteOfCall = (entry: CallEntry): PageNote | null => {
    const { bot, n: order, at } = entry
    const deed = bot === null ? null : deedOf(entry)
    const name = deed && bot !== null ? nameOf(bot, deed.scene, deed.peerId) : null
    if (!deed || bot === null || name === null) return null
    const { scene, what, text, card } = deed
    const room = roomOf(bot, scene, name)
    rooms = withPerson(rooms, { id: room, bot, scene, name }, null)
    return { order, at, room, what, code: 0, text, card }
  }

  return {
    apply: (entry) => {
      connections = nextConnections(connections, entry)
      timeline.take(entry, connections.open)
      presses = nextPresses(presses, entry)
      typing = nextTyping(typing, entry, roomOf)
      faultHistory = nextFaults(faultHistory, entry)
      if (entry.kind === 'reaction') onReaction(entry)
      if (entry.kind === 'message') onMessage(entry)
      const note = noteOf(entry) ?? (entry.kind === 'call' ? noteOfCall(entry) : null)
      if (note) {
        notes = [...notes, note].slice(-NOTES)
        freshNotes = [...freshNotes, note].slice(-NOTES)
      }
      const line = feedEntry(entry, (id) => connections.open.get(String(id))?.appId ?? null, rowRooms)
      if (line === null) return
      feed.push(line)
      freshFeed.push(line)
      // Cut only at double length, so that a busy feed costs little.
      if (feed.length >= 2 * FEED) feed = feed.slice(-FEED)
      if (freshFeed.length >= 2 * FRESH) freshFeed = freshFeed.slice(-FRESH)
    },
    addPerson: (bot, scene, name, person) => {
      rooms = withPerson(rooms, { id: roomOf(bot, scene, name), bot, scene, name }, person)
    },
    takeChanges: () => {
      const changes = {
        ...(freshFeed.length === 0 ? {} : { feed: freshFeed.slice(-FRESH) }),
        ...(freshMessages.size === 0 ? {} : { messages: [...freshMessages.values()] }),
        ...(freshNotes.length === 0 ? {} : { notes: freshNotes }),
        ...(connections.open === sent.connections.open
          ? {}
          : { connections: [...connections.open.values()] }),
        ...(rooms === sent.rooms ? {} : { rooms }),
        ...(presses === sent.presses ? {} : { presses: [...presses.values()] }),
        ...(typing === sent.typing ? {} : { typing: [...typing.values()] }),
      }
      sent = { connections, rooms, presses, typing }
      freshFeed = []
      freshNotes = []
      freshMessages.clear()
      return Object.keys(changes).length === 0 ? null : changes
    },
    whole: () => ({
      connections: [...connections.open.values()],
      rooms,
      messages: [...messages.values()],
      notes,
      presses: [...presses.values()],
      typing: [...typing.values()],
      feed: feed.slice(-FEED),
    }),
    message: (id) => messages.get(id),
    room: (id) => rooms.find((room) => room.id === id),
    get rooms() {
      return rooms
    },
    forgetFault: (id) => {
      faultHistory = new Map([...faultHistory].filter(([each]) => id !== null && each !== id))
    },
    timeline: (now) => timeline.read(now),
    get faultHistory() {
      return faultHistory
    },
  }
}
