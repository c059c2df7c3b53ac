import { text, type Fields } from './fields.js'
import type { Target } from './message.js'

/** Reads where something took place; `null` when the payload does not tell. */
type Reader = (payload: Fields) => Target | null

/** The two names of one id: the 2026 docs dropped `group_id`, older readers need it (§4.3). */
export const groupIdOf = (payload: Fields): string => text(payload.group_openid) || text(payload.group_id)

const c2c: Reader = (payload) => {
  const id = text(payload.openid) || text(payload.user_openid)
  return id === '' ? null : { scene: 'c2c', id }
}
const group: Reader = (payload) => {
  const id = groupIdOf(payload)
  return id === '' ? null : { scene: 'group', id }
}
const channel: Reader = (payload) => {
  const id = text(payload.channel_id)
  return id === '' ? null : { scene: 'channel', id }
}
const whateverTells: Reader = (payload) => group(payload) ?? channel(payload) ?? c2c(payload)

/** By the beginning of a name. A group event names people as well, to whom nothing of it must be routed (§4.3). */
const READERS: readonly (readonly [string, Reader])[] = [
  ['GROUP_', group],
  ['C2C_', c2c],
  ['FRIEND_', c2c],
  ['ENTER_AIO', c2c],
  ['GUILD_', channel],
  ['CHANNEL_', channel],
  ['MESSAGE_REACTION_', channel],
  ['FORUM_', channel],
  ['OPEN_FORUM_', channel],
  ['AUDIO_', channel],
]

/** Where an event that is no message took place, as far as its payload tells (§4.4 – §4.11). */
export const placeOf = (name: string, payload: Fields): Target | null => {
  const [, read] = READERS.find(([beginning]) => name.startsWith(beginning)) ?? [null, whateverTells]
  return read(payload)
}

/** Whether an event is lost without its place: a group event that names no group (§4.3). */
export const needsPlace = (name: string): boolean => name.startsWith('GROUP_')

/** Whether a click says that it was made in a group: all sources agree on these values (§4.5). */
const saysGroup = ({ scene, chat_type: chatType, group_member_openid: member }: Fields): boolean =>
  scene === 'group' || chatType === 1 || text(member) !== ''

/** By the ids that are there; `scene` and `chat_type`, of which some values are disputed (§4.5), only rule people out. */
export const placeOfClick = (payload: Fields): Target | null => {
  const known = group(payload)
  if (known) return known
  // Made in a group that is not named, or in a guild: the person is not the place.
  if (saysGroup(payload)) return null
  const place = payload.scene === 'guild' ? channel(payload) : (c2c(payload) ?? channel(payload))
  // A click in a direct message is not documented. No channel has the id of its guild, so this is a session (§4.6).
  return place?.scene === 'channel' && place.id === payload.guild_id ? { scene: 'dm', id: place.id } : place
}
