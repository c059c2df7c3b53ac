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
import { checkName, checkPress, checkSaid } from './check.js'

/** Finds the bot of a handle in the world. */
export type BotOf = (world: World) => Bot

/** A conversation with one bot: the base of people, groups and channels. */
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
    this.name = checkName(scene, name)
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

/** A person who talks to the bot in one conversation. */
export class Person extends Conversation {
  /** Name of the person; in C2C and DMs also the name of the conversation. */
  readonly person: string

  constructor(runtime: Runtime, botOf: BotOf, scene: Scene, peer: string, person: string) {
    super(runtime, botOf, scene, peer)
    this.person = checkName(scene, person)
  }

  /**
   * The person's own id: user openid, member openid or guild user id
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}).
   */
  get personId(): string {
    return this.with((_world, bot) => personIdOf(bot.appId, this.scene, this.name, this.person))
  }

  /**
   * The person's QQ number, the same for every bot; join strategies list it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get number(): string {
    return qqNumberOf('user', this.person)
  }

  /**
   * Sends a message to the bot. The bot need not be connected: the platform keeps events for replay.
   *
   * @throws RangeError when the person is muted
   */
  say(text: string, options?: SayOptions): Said {
    checkSaid(text, options)
    return this.with((world, bot, peer) => {
      checkMaySpeak(world, peer, this.person)
      return say(world, bot, peer, this.person, text, options)
    })
  }

  /**
   * Presses a button of the bot's newest message that has it: by id, data or label.
   *
   * @example
   *   sim.user('ann').press('OK')
   *   sim.group('room').user('bob').press({ button: 'OK', message: id })
   *
   * @throws RangeError when the button does not exist
   */
  press(button: string | Press): Pressed {
    checkPress(button)
    const press = typeof button === 'string' ? { button } : button
    return this.with((world, bot, peer) => pressButton(world, bot, peer, this.person, press))
  }

  /**
   * Recalls one of the person's own messages (PUBLIC_MESSAGE_DELETE, MESSAGE_DELETE, DIRECT_MESSAGE_DELETE; C2C and
   * groups have no event).
   *
   * @throws RangeError when the message is not the person's own
   */
  recall(message: string): void {
    this.with((world, bot, peer) => recallAs(world, bot, peer, this.person, message))
  }

  /**
   * C2C: chooses an item of the bot's menu by its name
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}): a text item sends
   * its text and returns the message; so does a switch, which then marks this user's messages; a link only opens and
   * returns `null`.
   *
   * @throws RangeError when the item does not exist
   */
  choose(item: string): Said | null {
    return this.with((world, bot, peer) => choose(world, bot, peer, this.person, item))
  }

  /**
   * C2C: adds the bot as a friend (FRIEND_ADD), e.g. through one of its share links. Returns the event's outer `id`,
   * like the other methods.
   *
   * @throws RangeError for a link of another bot
   */
  befriend(arrival: Arrival = {}): string {
    return this.with((world, bot, peer) => happen(world, bot, peer, 'befriend', this.person, arrival))
  }

  /** C2C: removes the bot (FRIEND_DEL); later sends to this user are refused. */
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

  /** C2C: allows proactive messages of the bot (C2C_MSG_RECEIVE). */
  allow(): string {
    return this.happen('allow', this.person)
  }

  /** C2C: forbids proactive messages of the bot (C2C_MSG_REJECT). */
  refuse(): string {
    return this.happen('refuse', this.person)
  }
}
