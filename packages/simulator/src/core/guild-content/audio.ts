import { ImpossibleError } from '../kernel/impossible.js'
import * as v from 'valibot'

import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { inChannel } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields, someText } from '../http/fields.js'
import type { ChannelPlace } from '../places/channels.js'
import type { ChannelState } from '../places/guild-state.js'
import { memberNamed, memberObject } from '../places/members.js'

/** `channel_type` of the events by type of the channel (§4.11). */
const eventTypes: Readonly<Record<number, number>> = { 2: 2, 10005: 5 }

/** Whether people can be inside a channel: voice and live. */
const isVoice = ({ type }: ChannelState): boolean => type in eventTypes

/**
 * A person enters or leaves a voice or live channel (§4.11). Returns the outer `id` of the event.
 *
 * @throws RangeError for other channels
 */
export const moveVoice = (
  world: GuildWorld,
  bot: Bot,
  { guild, peer, channel }: ChannelPlace,
  name: string,
  where: 'in' | 'out',
): string => {
  if (!isVoice(channel))
    throw new ImpossibleError(
      `${channel.name} is not a voice or live channel`,
      `${channel.name} 不是语音或直播子频道`,
    )
  const { id } = memberNamed(world, guild, name)
  if (where === 'in') channel.inside.add(id)
  else channel.inside.delete(id)
  return publish(world, bot, {
    t: `AUDIO_OR_LIVE_CHANNEL_MEMBER_${where === 'in' ? 'ENTER' : 'EXIT'}`,
    d: { guild_id: guild.id, channel_id: channel.id, channel_type: eventTypes[channel.type], user_id: id },
    peer,
    person: name,
    guildId: guild.id,
  })
}

const publishAudioEvent = (
  world: GuildWorld,
  bot: Bot,
  { guild, peer, channel }: ChannelPlace,
  t: 'AUDIO_START' | 'AUDIO_FINISH' | 'AUDIO_ON_MIC' | 'AUDIO_OFF_MIC',
): void => {
  const d = { guild_id: guild.id, channel_id: channel.id, ...channel.audio }
  publish(world, bot, { t, d, peer, guildId: guild.id })
}

const START = 0
const STOP = 3

const bodySchema = v.object({
  audio_url: v.optional(someText()),
  text: v.optional(v.pipe(v.string(), v.maxLength(1_024))),
  // 0 start, 1 pause, 2 resume, 3 stop.
  status: v.picklist([START, 1, 2, STOP]),
})

/**
 * `POST /channels/{}/audio`: starting and stopping have events (§5.11, §4.11). Audio bots as a kind are not modelled.
 */
export const controlAudio: Handler<GuildWorld> = inChannel((world, { bot, body }, place) => {
  const read = readFields(bodySchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { status, audio_url: url, text } = read.value
  const { channel } = place
  if (status === START) {
    if (url === undefined) return refuse(world, 12002)
    channel.audio = { audio_url: url, ...(text === undefined ? {} : { text }) }
    publishAudioEvent(world, bot, place, 'AUDIO_START')
  }
  if (status === STOP && channel.audio) {
    publishAudioEvent(world, bot, place, 'AUDIO_FINISH')
    channel.audio = null
  }
  return ok({})
})

const speak = (on: boolean): Handler<GuildWorld> =>
  inChannel((world, { bot }, place) => {
    const { channel } = place
    if (channel.botOnMic === on) return ok({})
    channel.botOnMic = on
    publishAudioEvent(world, bot, place, on ? 'AUDIO_ON_MIC' : 'AUDIO_OFF_MIC')
    return ok({})
  })

/** `PUT` and `DELETE /channels/{}/mic` (§5.11, §4.11). */
export const takeMic: Handler<GuildWorld> = speak(true)
export const leaveMic: Handler<GuildWorld> = speak(false)

/** `GET /channels/{}/online_nums`: the people inside a voice or live channel, else all members (§5.11). */
export const countOnline: Handler<GuildWorld> = inChannel((_world, _context, { guild, channel }) =>
  ok({ online_nums: isVoice(channel) ? channel.inside.size : guild.members.size }),
)

/** `GET /channels/{}/voice/members` (§5.11). */
export const listVoiceMembers: Handler<GuildWorld> = inChannel((_world, _context, { guild, channel }) =>
  ok(
    [...channel.inside].flatMap((id) => {
      const member = guild.members.get(id)
      return member ? memberObject(guild, member) : []
    }),
  ),
)
