import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { PageScene } from '../contract/wire.js'

/** The id of a conversation. */
export type RoomId = (bot: string, scene: PageScene, name: string) => string

/** Ids of conversations, without an AppID for the first bot. */
export const roomIdsOf =
  (firstBot: string): RoomId =>
  (bot, scene, name) =>
    bot === firstBot ? `${scene}:${name}` : `${bot}:${scene}:${name}`

/** Fields of events that name a conversation. */
const PLACE = /"(?:group_openid|channel_id|guild_id|user_openid|openid)"\s*:\s*"([^"]*)"/g

/** Most ids that are kept. */
const IDS = 4000

/** Knows which conversation a log entry belongs to, by the ids of the entries before it. */
export interface RowRooms {
  /** Learns the ids of an entry, and returns the conversation of its row; `null` when it belongs to none. */
  roomIn(entry: LogEntry, bot: string | null): string | null
}

export const createRowRooms = (roomOf: RoomId): RowRooms => {
  const rooms = new Map<string, string>()

  const learn = (bot: string, id: string, room: string): void => {
    const key = `${bot} ${id}`
    if (rooms.get(key) === room) return
    rooms.set(key, room)
    const [oldest] = rooms.keys()
    if (rooms.size > IDS && oldest !== undefined) rooms.delete(oldest)
  }

  /** The first known conversation of these ids. */
  const find = (bot: string, ids: Iterable<string>): string | null => {
    for (const id of ids) {
      const room = rooms.get(`${bot} ${id}`)
      if (room !== undefined) return room
    }
    return null
  }

  const placesIn = function* (text: string): Generator<string> {
    for (const [, id = ''] of text.slice(0, 4000).matchAll(PLACE)) yield id
  }

  const learnFrom = (entry: LogEntry): void => {
    if ('peerId' in entry) {
      const room = roomOf(entry.bot, entry.scene, entry.peer)
      learn(entry.bot, entry.peerId, room)
      if (entry.kind === 'press') learn(entry.bot, entry.id, room)
    }
    if (entry.kind === 'event') {
      const room = find(entry.bot, (entry.conversation ?? '').split(' '))
      if (room !== null) learn(entry.bot, entry.id, room)
    }
  }

  return {
    roomIn: (entry, bot) => {
      learnFrom(entry)
      if (bot === null) return null
      if (entry.kind === 'frame') return find(bot, placesIn(entry.text))
      if (entry.kind === 'call') return find(bot, entry.path.split(/[/?]/))
      if (entry.kind === 'event') return find(bot, (entry.conversation ?? '').split(' '))
      return entry.kind === 'push' ? find(bot, [entry.id ?? '']) : null
    },
  }
}
