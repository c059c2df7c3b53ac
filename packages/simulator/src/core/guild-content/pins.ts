import { channelAdmin, inChannel } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import type { ChannelPlace } from '../places/channels.js'

const MAX_PINS = 20

/** Ids of pinned messages; a recalled message is no longer pinned. */
const pinned = (world: GuildWorld, { guild, channel }: ChannelPlace): Readonly<Record<string, unknown>> => {
  channel.pins = channel.pins.filter((id) => world.messages.get(id)?.recalled !== true)
  return { guild_id: guild.id, channel_id: channel.id, message_ids: channel.pins }
}

/** `GET /channels/{}/pins` (§5.11). */
export const listPins: Handler<GuildWorld> = inChannel((world, _context, place) => ok(pinned(world, place)))

/** The code for a message that cannot be pinned or announced in a channel, or `null` (§2.8). */
export const notThereCode = (world: GuildWorld, channel: string, id: string): number | null => {
  const message = world.messages.get(id)
  if (!message || message.recalled) return 501008
  return message.scene === 'channel' && message.peerId === channel ? null : 501010
}

/** `PUT /channels/{}/pins/{}`: at most 20 in a channel (§5.11). */
export const addPin: Handler<GuildWorld> = inChannel(
  channelAdmin((world, { params }, place) => {
    const id = params[1] ?? ''
    const { channel } = place
    const code = notThereCode(world, channel.id, id)
    if (code !== null) return refuse(world, code)
    pinned(world, place)
    if (!channel.pins.includes(id)) {
      if (channel.pins.length >= MAX_PINS) return refuse(world, 501013)
      channel.pins = [...channel.pins, id]
    }
    return ok(pinned(world, place))
  }, 501017),
)

/** `DELETE /channels/{}/pins/{}`, of one message or `all` (§5.11). */
export const removePin: Handler<GuildWorld> = inChannel(
  channelAdmin((world, { params }, { channel }) => {
    const [, id] = params
    if (id !== 'all' && !channel.pins.includes(id ?? '')) return refuse(world, 501005)
    channel.pins = id === 'all' ? [] : channel.pins.filter((pin) => pin !== id)
    return empty(204)
  }, 501017),
)
