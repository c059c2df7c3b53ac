import { peerNamed, personIdOf } from '../core/people/peers.js'
import { say, type Said, type SayOptions } from '../core/people/say.js'
import type { Scene } from '../core/scene.js'
import type { Bot, Peer, World } from '../core/world.js'
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

  /** The id in the path of a send: openid, group openid, channel id or DM session id (§5.2, §5.10). */
  get id(): string {
    return this.with((_world, _bot, peer) => peer.id)
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

  /** The person's own id: user openid, member openid or guild user id (§0). */
  get personId(): string {
    return this.with((_world, bot) => personIdOf(bot.appId, this.scene, this.name, this.person))
  }

  /** Sends a message to the bot. Whether the bot is connected does not matter: the platform keeps events for replay. */
  say(text: string, options?: SayOptions): Said {
    return this.with((world, bot, peer) => say(world, bot, peer, this.person, text, options))
  }
}

/** A group that the bot is in. */
export class Group extends Conversation {
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    super(runtime, botOf, 'group', name)
  }

  /** A member of the group. */
  user(name: string): Person {
    return new Person(this.runtime, this.botOf, 'group', this.name, name)
  }
}

/** A channel of the guild that the bot is in. */
export class Channel extends Conversation {
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    super(runtime, botOf, 'channel', name)
  }

  /** Someone in the channel. */
  user(name: string): Person {
    return new Person(this.runtime, this.botOf, 'channel', this.name, name)
  }
}
