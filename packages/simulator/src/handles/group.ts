import { type Applied, askToJoin } from '../core/group/ask-to-join.js'
import { groupMemberNamed, qqNumberOf } from '../core/places/groups.js'
import type { Application, MemberRole } from '../core/places/state.js'
import type { Runtime } from '../runtime/runtime.js'
import { type BotOf, Conversation, Person } from './person.js'

/** A group that the bot is in. */
export class GroupHandle extends Conversation {
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    super(runtime, botOf, 'group', name)
  }

  /** A member of the group. */
  user(name: string): Person {
    return new Person(this.runtime, this.botOf, 'group', this.name, name)
  }

  /** Adds the bot to the group (GROUP_ADD_ROBOT). Returns the event's outer `id`, like the other methods. */
  addBot(by = 'owner'): string {
    return this.happen('invite-bot', by)
  }

  /** Removes the bot from the group (GROUP_DEL_ROBOT); later sends to the group are refused. */
  removeBot(by = 'owner'): string {
    return this.happen('remove-bot', by)
  }

  /** Allows proactive messages of the bot (GROUP_MSG_RECEIVE). */
  allow(by = 'owner'): string {
    return this.happen('allow', by)
  }

  /** Forbids proactive messages of the bot (GROUP_MSG_REJECT). */
  refuse(by = 'owner'): string {
    return this.happen('refuse', by)
  }

  /**
   * The group's number, the same for every bot; join strategies can name it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get number(): string {
    return qqNumberOf('group', this.name)
  }

  /** Makes a member an admin or an ordinary member; no event follows. */
  setRole(name: string, role: MemberRole): void {
    this.with((world, _bot, peer) => {
      groupMemberNamed(world, peer, name).role = role
    })
  }

  /**
   * Makes the bot an admin or an ordinary member; it starts as an ordinary member. Only admins may manage the group
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  setBotRole(role: MemberRole): void {
    this.with((world, bot, peer) => {
      groupMemberNamed(world, peer, bot.name).role = role
    })
  }

  /**
   * A person applies to join. An admin bot gets the event (GROUP_JOIN_REQUEST) and decides
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   *
   * @throws RangeError for members and people on the blacklist
   */
  askToJoin(name: string, application: Application = {}): Applied {
    return this.with((world, bot, peer) => askToJoin(world, bot, peer, name, application))
  }

  /** Mutes or unmutes the bot; no event follows. */
  mute(muted = true): void {
    this.with((_world, _bot, peer) => {
      peer.muted = muted
    })
  }

  /**
   * Turns full-message mode on or off: the bot gets all messages of the group, or only those that mention it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  hearAll(all = true): void {
    this.with((_world, _bot, peer) => {
      peer.hearsAll = all
    })
  }
}
