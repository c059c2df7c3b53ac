import { type Arrival, happen, type Happening } from '../core/actions/lifecycle.js'
import { checkMaySpeak, choose, recallAs } from '../core/actions/person-actions.js'
import { type Press, pressButton, type Pressed } from '../core/actions/press.js'
import type { SayOptions } from '../core/actions/said-payload.js'
import { type Said, say } from '../core/actions/say.js'
import type { Bot } from '../core/bot/state.js'
import { qqNumberOf } from '../core/places/groups.js'
import { peerNamed, personIdOf } from '../core/places/peers.js'
import type { Peer } from '../core/places/state.js'
import type { Scene } from '../core/rules/scene.js'
import type { World } from '../core/world/world.js'
import type { Runtime } from '../runtime/runtime.js'

/** Which bot people deal with. */
export type BotOf = (world: World) => Bot

/** One conversation with one bot. */
export class Conversation {
  /** Name of the user, group, channel or DM partner. */
  readonly name: string
  readonly scene: Scene
  protected readonly runtime: Runtime
  protected readonly botOf: BotOf

  constructor(runtime: Runtime, botOf: BotOf, scene: Scene, name: string) {
    this.runtime = runtime
    this.botOf = botOf
    this.scene = scene
    this.name = name
  }

  /**
   * The id in the path of a send: openid, group openid, channel id or DM session id
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  get id(): string {
    return this.with((_world, _bot, peer) => peer.id)
  }

  protected happen(what: Happening, person: string): string {
    return this.with((world, bot, peer) => happen(world, bot, peer, what, person))
  }

  protected with<T>(action: (world: World, bot: Bot, peer: Peer) => T): T {
    return this.runtime.act((world) => {
      const bot = this.botOf(world)
      return action(world, bot, peerNamed(world, bot.appId, this.scene, this.name))
    })
  }
}

/** Someone who talks to the bot in one conversation. */
export class Person extends Conversation {
  /** Name of the person; in C2C and DMs the same as the conversation's. */
  readonly person: string

  constructor(runtime: Runtime, botOf: BotOf, scene: Scene, peer: string, person: string) {
    super(runtime, botOf, scene, peer)
    this.person = person
  }

  /**
   * The person's own id: user openid, member openid or guild user id
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}).
   */
  get personId(): string {
    return this.with((_world, bot) => personIdOf(bot.appId, this.scene, this.name, this.person))
  }

  /**
   * The person's QQ number, the same for every bot: what a join strategy lists
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get number(): string {
    return qqNumberOf('user', this.person)
  }

  /**
   * Sends a message to the bot. Whether the bot is connected does not matter: the platform keeps events for replay.
   *
   * @throws RangeError when the person is muted
   */
  say(text: string, options?: SayOptions): Said {
    return this.with((world, bot, peer) => {
      checkMaySpeak(world, peer, this.person)
      return say(world, bot, peer, this.person, text, options)
    })
  }

  /**
   * Presses a button of the bot's newest message that has it: by id, data or label.
   *
   * @throws RangeError when there is no such button
   */
  press(button: string | Press): Pressed {
    const press = typeof button === 'string' ? { button } : button
    return this.with((world, bot, peer) => pressButton(world, bot, peer, this.person, press))
  }

  /**
   * Takes one of their own messages back (PUBLIC_MESSAGE_DELETE, MESSAGE_DELETE, DIRECT_MESSAGE_DELETE; C2C and groups have
   * no event).
   *
   * @throws RangeError when it is none of theirs
   */
  recall(message: string): void {
    this.with((world, bot, peer) => recallAs(world, bot, peer, this.person, message))
  }

  /**
   * C2C: chooses an item of the bot's menu by its name
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}): a text is sent and
   * returned, so is a switch that is turned, which from then on marks this user's messages; a link only opens.
   *
   * @throws RangeError when there is no such item
   */
  choose(item: string): Said | null {
    return this.with((world, bot, peer) => choose(world, bot, peer, this.person, item))
  }

  /**
   * C2C: adds the bot as a friend (FRIEND_ADD), e.g. by one of its share links. Returns the event's outer `id`, as the
   * others do.
   *
   * @throws RangeError for a link that is none of the bot's
   */
  befriend(arrival: Arrival = {}): string {
    return this.with((world, bot, peer) => happen(world, bot, peer, 'befriend', this.person, arrival))
  }

  /** C2C: removes the bot (FRIEND_DEL); sends to this user are refused from now on. */
  unfriend(): string {
    return this.happen('unfriend', this.person)
  }

  /** Groups and channels: joins (GROUP_MEMBER_ADD, GUILD_MEMBER_ADD). */
  join(): string {
    return this.happen('member-join', this.person)
  }

  /** Groups and channels: leaves (GROUP_MEMBER_REMOVE, GUILD_MEMBER_REMOVE). */
  leave(): string {
    return this.happen('member-leave', this.person)
  }

  /** C2C: lets the bot send proactively (C2C_MSG_RECEIVE). */
  allow(): string {
    return this.happen('allow', this.person)
  }

  /** C2C: forbids proactive messages (C2C_MSG_REJECT). */
  refuse(): string {
    return this.happen('refuse', this.person)
  }
}
