import { ImpossibleError } from '../core/kernel/impossible.js'
import type { Bot } from '../core/bot/state.js'
import { type GuildHappening, happenInGuild } from '../core/guild/guild-life.js'
import { type GuildState as WorldGuild, type MessageSettings, roleIds } from '../core/places/guild-state.js'
import { guildNamed, joinName } from '../core/places/guilds.js'
import { memberNamed } from '../core/places/members.js'
import { personIdOf } from '../core/places/peers.js'
import { guildApis } from '../core/rules/guild-apis.js'
import type { World } from '../core/world/world.js'
import type { Runtime } from '../runtime/runtime.js'
import { ChannelHandle } from './channel.js'
import { type BotOf, Person } from './person.js'

/** Runs an action on the state of a guild. */
type InGuild = <T>(action: (world: World, bot: Bot, guild: WorldGuild) => T) => T

/** A member of a guild. To speak, use a channel: `guild.channel(name).user(name)`. */
export class GuildMemberHandle {
  readonly name: string
  readonly #in: InGuild

  /** @internal */
  constructor(within: InGuild, name: string) {
    this.#in = within
    this.name = name
  }

  /**
   * The guild user id ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}), as the bot
   * sees it.
   */
  get id(): string {
    return this.#in((_world, bot) => personIdOf(bot.appId, 'channel', '', this.name))
  }

  /** Joins the guild (GUILD_MEMBER_ADD). Returns the event's outer `id`, like the other methods. */
  join(): string {
    return this.#happen('member-join')
  }

  /** Changes the nickname, or nothing visible (GUILD_MEMBER_UPDATE). */
  update({ nick }: { readonly nick?: string } = {}): string {
    return this.#in((world, bot, guild) => {
      if (nick !== undefined) memberNamed(world, guild, this.name).nick = nick
      return happenInGuild(world, bot, guild, 'member-update', this.name)
    })
  }

  /** Leaves the guild (GUILD_MEMBER_REMOVE). */
  leave(): string {
    return this.#happen('member-leave')
  }

  #happen(what: GuildHappening): string {
    return this.#in((world, bot, guild) => happenInGuild(world, bot, guild, what, this.name))
  }
}

/** A guild that the bot is in. */
export class GuildHandle {
  readonly name: string
  readonly #runtime: Runtime
  readonly #botOf: BotOf

  /** @internal */
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    this.#runtime = runtime
    this.#botOf = botOf
    this.name = name
  }

  /**
   * The guild id; `(id >> 22) % shards` is the shard of its events
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-9 §3.9}).
   */
  get id(): string {
    return this.#with((_world, _bot, guild) => guild.id)
  }

  /** A channel of this guild. */
  channel(name: string): ChannelHandle {
    return new ChannelHandle(this.#runtime, this.#botOf, joinName(this.name, name))
  }

  /** A member of this guild, outside any channel. */
  user(name: string): GuildMemberHandle {
    return new GuildMemberHandle((action) => this.#with(action), name)
  }

  /** A member of this guild who writes a direct message to the bot. */
  dm(name: string): Person {
    return new Person(this.#runtime, this.#botOf, 'dm', joinName(this.name, name), name)
  }

  /** Adds the bot to the guild (GUILD_CREATE). Returns the event's outer `id`. */
  addBot(by = 'owner'): string {
    return this.#with((world, bot, guild) => happenInGuild(world, bot, guild, 'invite-bot', by))
  }

  /** Removes the bot from the guild (GUILD_DELETE); the guild and its channels are unknown to it afterwards. */
  removeBot(by = 'owner'): string {
    return this.#with((world, bot, guild) => happenInGuild(world, bot, guild, 'remove-bot', by))
  }

  /**
   * Changes the owner's settings for proactive messages of bots
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}); there is no event
   * for it.
   */
  setMessages(settings: Partial<MessageSettings>): void {
    this.#with((_world, _bot, guild) => {
      guild.messages = { ...guild.messages, ...settings }
    })
  }

  /**
   * Grants or withdraws the bot's permission for a call; a call without permission is refused with
   * 11264 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). There is no
   * event for it.
   *
   * @param path as `GET /guilds/{}/api_permission` lists it
   * @throws RangeError when the call is not listed
   */
  grantApi(method: string, path: string, granted = true): void {
    const api = guildApis.find((row) => row.method === method && row.path === path)
    if (!api)
      throw new ImpossibleError(
        `${method} ${path} is not a call that guild owners can grant`,
        `频道主不能授权 ${method} ${path}`,
      )
    this.#with((_world, _bot, { denied }) => {
      if (granted) denied.delete(api.route)
      else denied.add(api.route)
    })
  }

  /** Makes the bot an admin or an ordinary member; it starts as an admin. No event follows. */
  setBotRole(role: 'member' | 'admin'): void {
    this.#with((_world, bot, guild) => {
      const roles = guild.members.get(bot.userId)?.roles
      if (role === 'admin') roles?.add(roleIds.admin)
      else roles?.delete(roleIds.admin)
    })
  }

  #with<T>(action: (world: World, bot: Bot, guild: WorldGuild) => T): T {
    return this.#runtime.act((world) => {
      const bot = this.#botOf(world)
      return action(world, bot, guildNamed(world, bot.appId, this.name))
    })
  }
}
