import { createHash } from 'node:crypto'

import type { Delivery, WireFrame } from '@qqkit/core'
import {
  endOfName,
  keyOfName,
  messageOf,
  type NameWords,
  parseTimestamp,
  withoutMentions,
  wordsOfName,
} from '@qqkit/core/internal'

type Fields = Readonly<Record<string, unknown>>

/** What the raw frame of an event says about its conversation. It asks neither the platform nor a store. */
export interface RawEvent {
  /** The name on the wire, e.g. `'GROUP_AT_MESSAGE_CREATE'`. */
  readonly name: string
  /** `d` of the frame. */
  readonly payload: Fields
  /** Where it happened, e.g. `'group:…'`; the name of the event where that is unknown. */
  readonly place: string
  /** Who did it: openid or user id; empty if unknown. */
  readonly sender: string
}

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The first of these that is a text. */
const firstOf = (...values: readonly unknown[]): string => values.map(text).find((one) => one !== '') ?? ''

/** Where messages of an event are, so that the events of one message have one name (§4.1, §4.3, §4.6). */
const MESSAGES: ReadonlyMap<unknown, 'c2c' | 'group' | 'channel' | 'dm'> = new Map([
  ['C2C_MESSAGE_CREATE', 'c2c'],
  ['GROUP_AT_MESSAGE_CREATE', 'group'],
  ['GROUP_MESSAGE_CREATE', 'group'],
  ['AT_MESSAGE_CREATE', 'channel'],
  ['MESSAGE_CREATE', 'channel'],
  ['DIRECT_MESSAGE_CREATE', 'dm'],
])

const placeOf = (name: string, payload: Fields, sender: string): string => {
  const group = firstOf(payload['group_openid'], payload['group_id'])
  if (group !== '') return `group:${group}`
  if (MESSAGES.get(name) === 'dm') return `dm:${text(payload['guild_id'])}`
  const channel = text(payload['channel_id'])
  if (channel !== '') return `channel:${channel}`
  const person = firstOf(payload['user_openid'], payload['openid'], fields(payload['author'])['user_openid'])
  if (person !== '' || MESSAGES.get(name) === 'c2c') return `c2c:${person || sender}`
  const guild = text(payload['guild_id'])
  return guild === '' ? name : `guild:${guild}`
}

/** Reads a frame. Lenient: unexpected shapes give empty fields. */
export const rawEvent = ({ t, d }: WireFrame): RawEvent => {
  const payload = fields(d)
  const author = fields(payload['author'])
  const resolved = fields(fields(payload['data'])['resolved'])
  const name = text(t)
  const sender = firstOf(
    author['member_openid'],
    author['user_openid'],
    author['id'],
    payload['group_member_openid'],
    payload['user_openid'],
    payload['openid'],
    resolved['user_id'],
    payload['user_id'],
  )
  return { name, payload, place: placeOf(name, payload, sender), sender }
}

/** A click, which has a lane of its own: it must be answered in time. */
export const isClick = ({ t }: WireFrame): boolean => t === 'INTERACTION_CREATE'

/** Whether a person said or clicked it. */
export const isByPerson = (frame: WireFrame): boolean => MESSAGES.has(frame.t) || isClick(frame)

/** Wall ms at which a person said or clicked something, by the clock of the platform (§4.2); `null` where the event does not say. */
export const saidAt = (frame: WireFrame): number | null =>
  isByPerson(frame) ? parseTimestamp(fields(frame.d)['timestamp']) : null

/** Names of the bot in a message that mentions it. */
const ownNames = (payload: Fields): readonly string[] => {
  const { mentions } = payload
  if (!Array.isArray(mentions)) return []
  const mine = mentions.map(fields).filter(({ is_you: isYou }) => isYou === true)
  return mine.map(({ username, nickname }) => firstOf(username, nickname))
}

/** The names of `control()` with the prefix of a bot. */
const CONTROL_WORDS = ['/stop', '/停止', '/new', '/新对话']

/** Control words with their prefixes, as {@link isOrder} compares them. */
export const controlWordsOf = (words: readonly string[] = CONTROL_WORDS): readonly NameWords[] =>
  words.map((word) => wordsOfName(keyOfName(word)))

/** Whether a message begins with a control word, as a bot reads commands: mentions, case and blanks make no difference. */
export const isOrder = ({ t, d }: WireFrame, words: readonly NameWords[]): boolean => {
  if (!MESSAGES.has(t)) return false
  const payload = fields(d)
  const said = withoutMentions(text(payload['content']), () => ownNames(payload))
  return words.some((word) => endOfName(said, word) !== -1)
}

/** The id with which a click is acknowledged. */
export const clickId = ({ d }: WireFrame): string | null => {
  const id = text(fields(d)['id'])
  return id === '' ? null : id
}

/** The default conversation: place and person, as a bot has it; per place where no person is behind it. */
export const defaultConversation = ({ name, place, sender }: RawEvent): string => {
  if (place.startsWith('c2c:')) return place
  return MESSAGES.has(name) || name === 'INTERACTION_CREATE' ? `${place}:${sender}` : place
}

const INDEX = 'msg_idx='

/** `msg_idx` of a message (§4.2): it tells messages of one id apart. */
const indexOf = (payload: Fields): string => {
  const { ext } = fields(payload['message_scene'])
  return Array.isArray(ext) ? (ext.map(text).find((one) => one.startsWith(INDEX)) ?? '') : ''
}

/** Characters of a digest: 96 bits. */
const LENGTH = 16

const hash = (value: string): string => createHash('sha1').update(value).digest('base64').slice(0, LENGTH)

/** Events that say themselves that their message is for the bot (§4.3, §4.6). */
const ADDRESSED: ReadonlySet<unknown> = new Set(['GROUP_AT_MESSAGE_CREATE', 'AT_MESSAGE_CREATE'])

/**
 * Equal for all copies of an event, of a click, and of a message; with an `@` before it for the events of a message that say
 * themselves that it is for the bot.
 */
export const digestOf = ({ frame, key }: Pick<Delivery, 'frame' | 'key'>): string => {
  const payload = fields(frame.d)
  const scene = MESSAGES.get(frame.t)
  const id = text(payload['id'])
  if (id === '') return hash(key)
  if (scene !== undefined)
    return `${ADDRESSED.has(frame.t) ? '@' : ''}${hash(`${scene} ${id} ${indexOf(payload)}`)}`
  return hash(isClick(frame) ? `click ${id}` : key)
}

/** Bytes of a conversation in a key of the server. */
const LONGEST = 200

/** A conversation as the scripts can carry it. */
export const safeConversation = (key: string): string =>
  key.includes('\0') || key.length > LONGEST ? `#${hash(key)}` : key

/** Events of which a key may say nothing, and yet must answer. */
const PROBES: readonly WireFrame[] = [
  { op: 0, t: 'GROUP_AT_MESSAGE_CREATE', d: { id: 'm', group_openid: 'g', author: { member_openid: 'u' } } },
  { op: 0, t: 'INTERACTION_CREATE', d: { id: 'i', chat_type: 2, user_openid: 'u' } },
  { op: 0, t: 'A_NEW_EVENT', d: null },
]

/** What is wrong with a function that names conversations; `null` if it names one for every raw event. */
export const probeConversation = (conversationOf: (event: RawEvent) => unknown): string | null => {
  for (const frame of PROBES)
    try {
      if (typeof conversationOf(rawEvent(frame)) !== 'string')
        return `must return a text at once, from the raw event alone; for ${frame.t} it returned something else`
    } catch (error) {
      return `must return a text for every event, from the raw event alone; for ${frame.t} it threw: ${messageOf(error)}`
    }
  return null
}
