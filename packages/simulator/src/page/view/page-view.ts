import type { LogEntry, MessageEntry } from '../../core/kernel/log-entry.js'
import type {
  PageFeedEntry,
  PageMessage,
  PageNote,
  PagePress,
  PageRoom,
  PageScene,
  PageTyping,
  PageUpdate,
} from '../contract/wire.js'
import { chatMessage, type Known } from './chat-message.js'
import { nextConnections, noConnections } from './connections.js'
import { feedEntry } from './feed-entry.js'
import { uploadedMedia, type UploadedMedia } from './uploaded-media.js'
import { fieldsOf, listOf, textOf } from './wire-objects.js'

/** Most presses that the page keeps. */
const PRESSES = 200

/** Presses by the id of their interaction, oldest first. */
export type Presses = ReadonlyMap<string, PagePress>

/** The presses with one more. */
const withPress = (presses: Presses, interaction: string, press: PagePress): Presses =>
  new Map([...presses, [interaction, press] as const].slice(-PRESSES))

/** The presses after an entry of the log; the same map when the entry acknowledges none of them. */
const nextPresses = (presses: Presses, entry: LogEntry): Presses => {
  if (entry.kind !== 'interaction' || entry.code === null) return presses
  const press = presses.get(entry.id)
  if (press === undefined) return presses
  return new Map(presses).set(entry.id, { ...press, code: entry.code })
}

/** Typing notices, by conversation. */
export type Typing = ReadonlyMap<string, PageTyping>

/** The notices after an entry of the log: a message of the bot ends the notice of its conversation. */
const nextTyping = (typing: Typing, entry: LogEntry): Typing => {
  if (entry.kind !== 'typing' && !(entry.kind === 'message' && entry.direction === 'out')) return typing
  const room = `${entry.scene}:${entry.peer}`
  if (entry.kind === 'message' && !typing.has(room)) return typing
  const next = new Map([...typing].filter(([id, { until }]) => id !== room && until > entry.at))
  if (entry.kind === 'typing') next.set(room, { room, author: entry.author, until: entry.at + entry.ms })
  return next
}

/** The note for a log entry, if any: the bot disconnected or reconnected. */
const noteOf = (entry: LogEntry): PageNote | null => {
  const base = { order: entry.n, at: entry.at, code: 0 }
  if (entry.kind === 'connection') {
    if (entry.change === 'opened' || entry.session === null) return null
    return { ...base, what: entry.change, code: entry.code }
  }
  if (entry.kind !== 'session') return null
  if (entry.change === 'created') return { ...base, what: 'session.created' }
  return entry.change === 'resumed' ? { ...base, what: 'session.resumed' } : null
}

/** The first conversations: one of each scene. */
const firstRooms: readonly PageRoom[] = [
  { id: 'c2c:ann', scene: 'c2c', name: 'ann', people: ['ann'] },
  { id: 'group:friends', scene: 'group', name: 'friends', people: ['bob', 'cat'] },
  { id: 'channel:general', scene: 'channel', name: 'general', people: ['cat', 'dan'] },
  { id: 'dm:dan', scene: 'dm', name: 'dan', people: ['dan'] },
]

/** Most conversations, and most people in each. */
const ROOMS = 200
const PEOPLE = 50

/** The rooms with a person added to a room; the same list if nothing changed. */
const withPerson = (
  rooms: readonly PageRoom[],
  scene: PageScene,
  name: string,
  person: string | null,
): readonly PageRoom[] => {
  const id = `${scene}:${name}`
  const room = rooms.find((each) => each.id === id)
  if (room === undefined) {
    return [...rooms, { id, scene, name, people: person === null ? [] : [person] }].slice(-ROOMS)
  }
  if (person === null || room.people.includes(person)) return rooms
  const people = [...room.people, person].slice(-PEOPLE)
  return rooms.map((each) => (each === room ? { ...room, people } : each))
}

const FEED = 500
const MESSAGES = 1000
const NAMES = 2000
const NOTES = 200
const MEDIA = 100

/** The state of the page, folded from the log. Every collection is bounded. */
export interface PageView {
  /** Applies one log entry. */
  apply(entry: LogEntry): void
  /** Adds a conversation or a person before the first message. */
  addPerson(scene: PageScene, room: string, person: string): void
  /** Records a press of a button on the page. */
  addPress(interaction: string, press: PagePress): void
  /** The changes since the last call; `null` without changes. */
  takeChanges(): Omit<PageUpdate, 'now' | 'faults'> | null
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
}

const putOne = <Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void => {
  map.set(key, value)
  if (map.size <= limit) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}

/** The reference index of a person's message (§4.2). */
const referenceOf = (payload: unknown): string | undefined =>
  listOf(fieldsOf(fieldsOf(payload)['message_scene'])['ext'])
    .map(textOf)
    .find((each) => each.startsWith('msg_idx='))
    ?.slice('msg_idx='.length)

export const createPageView = (): PageView => {
  let connections = noConnections
  let rooms = firstRooms
  let presses: Presses = new Map()
  let typing: Typing = new Map()
  const messages = new Map<string, PageMessage>()
  const names = new Map<string, string>()
  const references = new Map<string, string>()
  const media = new Map<string, UploadedMedia>()
  let feed: PageFeedEntry[] = []
  let notes: PageNote[] = []

  let sent = { connections, rooms, presses, typing }
  let freshFeed: PageFeedEntry[] = []
  let freshNotes: PageNote[] = []
  const freshMessages = new Map<string, PageMessage>()

  const known: Known = {
    name: (id) => names.get(id),
    media: (fileInfo) => media.get(fileInfo),
    quoted: (id) => {
      const message = messages.get(references.get(id) ?? id)
      return message && { author: message.author, text: message.markdown ?? message.text }
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
    const reference = referenceOf(payload)
    if (reference) putOne(references, reference, entry.id, NAMES)
  }

  const onMessage = (entry: MessageEntry): void => {
    learn(entry)
    rooms = withPerson(rooms, entry.scene, entry.peer, entry.direction === 'in' ? entry.author : null)
    const before = messages.get(entry.id)
    const next = chatMessage(entry, known)
    // A recalled or growing message keeps its position.
    const message = before ? { ...next, order: before.order, at: before.at, author: before.author } : next
    putOne(messages, message.id, message, MESSAGES)
    putOne(freshMessages, message.id, message, MESSAGES)
  }

  return {
    apply: (entry) => {
      connections = nextConnections(connections, entry)
      presses = nextPresses(presses, entry)
      typing = nextTyping(typing, entry)
      const uploaded = entry.kind === 'call' ? uploadedMedia(entry) : null
      if (uploaded) putOne(media, uploaded.fileInfo, uploaded, MEDIA)
      if (entry.kind === 'message') onMessage(entry)
      const note = noteOf(entry)
      if (note) {
        notes = [...notes, note].slice(-NOTES)
        freshNotes = [...freshNotes, note].slice(-NOTES)
      }
      const line = feedEntry(entry)
      if (line === null) return
      feed.push(line)
      freshFeed.push(line)
      // Cut only at double length, so that a busy feed costs little.
      if (feed.length >= 2 * FEED) feed = feed.slice(-FEED)
      if (freshFeed.length >= 2 * FEED) freshFeed = freshFeed.slice(-FEED)
    },
    addPerson: (scene, room, person) => {
      rooms = withPerson(rooms, scene, room, person)
    },
    addPress: (interaction, press) => {
      presses = withPress(presses, interaction, press)
    },
    takeChanges: () => {
      const changes = {
        ...(freshFeed.length === 0 ? {} : { feed: freshFeed.slice(-FEED) }),
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
  }
}
