import type { Channel } from '../channel/channel-state.js'
import type { ChannelPlace } from '../channel/channels.js'
import { publish } from '../gateway/events.js'
import { memberNamed } from '../guild/members.js'
import type { Bot, World } from '../world.js'

/** `channel_type` of the events by type of the channel (§4.11). */
const EVENT_TYPE: Readonly<Record<number, number>> = { 2: 2, 10005: 5 }

/** Whether people can be inside a channel: voice and live. */
export const isVoice = ({ type }: Channel): boolean => type in EVENT_TYPE

/**
 * Someone enters or leaves a voice or live channel (§4.11). Returns the outer `id` of the event.
 *
 * @throws RangeError for other channels
 */
export const moveVoice = (
  world: World,
  bot: Bot,
  { guild, peer, channel }: ChannelPlace,
  name: string,
  where: 'in' | 'out',
): string => {
  if (!isVoice(channel)) throw new RangeError(`${channel.name} is no voice or live channel`)
  const { id } = memberNamed(world, guild, name)
  if (where === 'in') channel.inside.add(id)
  else channel.inside.delete(id)
  return publish(world, bot, {
    t: `AUDIO_OR_LIVE_CHANNEL_MEMBER_${where === 'in' ? 'ENTER' : 'EXIT'}`,
    d: { guild_id: guild.id, channel_id: channel.id, channel_type: EVENT_TYPE[channel.type], user_id: id },
    peer,
    person: name,
    guildId: guild.id,
  })
}
