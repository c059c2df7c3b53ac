import { ImpossibleError } from '../core/kernel/impossible.js'
import { reactAs } from '../core/actions/person-actions.js'
import type { Bot } from '../core/bot/state.js'
import { moveVoice } from '../core/guild-content/audio.js'
import { richText } from '../core/guild-content/rich-text.js'
import {
  changeThread,
  FORUM_CHANNEL,
  type Published,
  publishPost,
  publishReply,
  publishThread,
} from '../core/guild-content/threads.js'
import { happenToChannel } from '../core/guild/guild-life.js'
import { channelOf, type ChannelPlace } from '../core/places/channels.js'
import {
  type ChannelInit,
  createChannel,
  type GuildMemberState,
  type Thread,
} from '../core/places/guild-state.js'
import { memberNamed } from '../core/places/members.js'
import { personIdOf } from '../core/places/peers.js'
import type { World } from '../core/world/world.js'
import type { Runtime } from '../runtime/runtime.js'
import { type BotOf, Conversation, Person } from './person.js'

/** A person in a channel. */
export class ChannelPerson extends Person {
  /** @internal */
  constructor(runtime: Runtime, botOf: BotOf, channel: string, person: string) {
    super(runtime, botOf, 'channel', channel, person)
  }

  /**
   * Reacts to a message with a system emoji (`'277'`) or a unicode one (MESSAGE_REACTION_ADD). Returns the
   * event's outer `id`.
   *
   * @throws RangeError when the reaction is impossible
   */
  react(message: string, emoji: string): string {
    return this.with((world, bot, peer) => reactAs(world, bot, peer, this.person, message, emoji, 'add'))
  }

  /** Removes a reaction (MESSAGE_REACTION_REMOVE). Returns the event's outer `id`. */
  unreact(message: string, emoji: string): string {
    return this.with((world, bot, peer) => reactAs(world, bot, peer, this.person, message, emoji, 'remove'))
  }

  /**
   * Enters a voice or live channel (AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER). Returns the event's outer `id`.
   *
   * @throws RangeError for other channels
   */
  enterVoice(): string {
    return this.with((world, bot, peer) => moveVoice(world, bot, channelOf(world, peer), this.person, 'in'))
  }

  /** Leaves the voice or live channel (AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT). Returns the event's outer `id`. */
  leaveVoice(): string {
    return this.with((world, bot, peer) => moveVoice(world, bot, channelOf(world, peer), this.person, 'out'))
  }

  /**
   * Writes a thread in a forum (FORUM_THREAD_CREATE, OPEN_FORUM_THREAD_CREATE).
   *
   * @throws RangeError when the channel is no forum; so do the other methods for threads
   */
  publishThread(title: string, text: string): Published {
    return this.#inForum((world, bot, place, by) =>
      publishThread(world, bot, place, by, { title, content: richText(text) }),
    )
  }

  /** Changes a thread (FORUM_THREAD_UPDATE). Returns the event's outer `id`. */
  changeThread(thread: string, title: string, text: string): string {
    return this.#onThread(thread, (world, bot, place, by, known) =>
      changeThread(world, bot, place, by, known, { title, content: richText(text) }),
    )
  }

  /** Deletes a thread (FORUM_THREAD_DELETE). Returns the event's outer `id`. */
  deleteThread(thread: string): string {
    return this.#onThread(thread, (world, bot, place, by, known) =>
      changeThread(world, bot, place, by, known, null),
    )
  }

  /** Comments on a thread (FORUM_POST_CREATE). */
  comment(thread: string, text: string): Published {
    return this.#onThread(thread, (world, bot, place, by, known) =>
      publishPost(world, bot, place, by, known, text),
    )
  }

  /** Replies to a comment (FORUM_REPLY_CREATE). */
  replyTo(thread: string, comment: string, text: string): Published {
    return this.#onThread(thread, (world, bot, place, by, known) => {
      const post = known.posts.get(comment)
      if (!post)
        throw new ImpossibleError(
          `there is no comment ${comment} on the thread ${thread}`,
          `主题 ${thread} 下没有评论 ${comment}`,
        )
      return publishReply(world, bot, place, by, known, post, text)
    })
  }

  #inForum<T>(action: (world: World, bot: Bot, place: ChannelPlace, by: GuildMemberState) => T): T {
    return this.with((world, bot, peer) => {
      const place = channelOf(world, peer)
      if (place.channel.type !== FORUM_CHANNEL)
        throw new ImpossibleError(
          `${place.channel.name} is not a forum channel`,
          `${place.channel.name} 不是论坛子频道`,
        )
      return action(world, bot, place, memberNamed(world, place.guild, this.person))
    })
  }

  #onThread<T>(
    id: string,
    action: (world: World, bot: Bot, place: ChannelPlace, by: GuildMemberState, thread: Thread) => T,
  ): T {
    return this.#inForum((world, bot, place, by) => {
      const thread = place.channel.threads.get(id)
      if (!thread)
        throw new ImpossibleError(
          `there is no thread ${id} in ${place.channel.name}`,
          `${place.channel.name} 里没有主题 ${id}`,
        )
      return action(world, bot, place, by, thread)
    })
  }
}

/** A channel of a guild. */
export class ChannelHandle extends Conversation {
  /** @internal */
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    super(runtime, botOf, 'channel', name)
  }

  /** A person in the channel. */
  user(name: string): ChannelPerson {
    return new ChannelPerson(this.runtime, this.botOf, this.name, name)
  }

  /**
   * Creates the channel (CHANNEL_CREATE), e.g. as a forum with `{ type: 10007 }`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Returns the
   * event's outer `id`.
   */
  create(by = 'owner', init: ChannelInit = {}): string {
    return this.with((world, bot, peer) => {
      const { guild, channel } = channelOf(world, peer)
      const made = createChannel(channel.id, channel.name, channel.position, init)
      guild.channels.set(made.id, made)
      const operator = personIdOf(bot.appId, 'channel', '', by)
      return happenToChannel(world, bot, { guild, peer, channel: made }, 'create', operator)
    })
  }

  /** Removes the channel (CHANNEL_DELETE); later sends to it are refused. Returns the event's outer `id`. */
  remove(by = 'owner'): string {
    return this.with((world, bot, peer) =>
      happenToChannel(world, bot, channelOf(world, peer), 'remove', personIdOf(bot.appId, 'channel', '', by)),
    )
  }
}
