import { type Applied, askToJoin } from '../core/group/ask-to-join.js'
import { groupMemberNamed, qqNumberOf } from '../core/places/groups.js'
import type { Application, MemberRole } from '../core/places/state.js'
import type { Runtime } from '../runtime/runtime.js'
import { type BotOf, Conversation, Person } from './person.js'

/** A group that the bot is in. */
export class Group extends Conversation {
  constructor(runtime: Runtime, botOf: BotOf, name: string) {
    super(runtime, botOf, 'group', name)
  }

  /** A member of the group. */
  user(name: string): Person {
    return new Person(this.runtime, this.botOf, 'group', this.name, name)
  }

  /** Someone adds the bot (GROUP_ADD_ROBOT). Returns the event's outer `id`, as the others do. */
  addBot(by = 'owner'): string {
    return this.happen('invite-bot', by)
  }

  /** Someone removes the bot (GROUP_DEL_ROBOT); sends to the group are refused from now on. */
  removeBot(by = 'owner'): string {
    return this.happen('remove-bot', by)
  }

  /** The group's admin lets the bot send proactively (GROUP_MSG_RECEIVE). */
  allow(by = 'owner'): string {
    return this.happen('allow', by)
  }

  /** The group's admin forbids proactive messages (GROUP_MSG_REJECT). */
  refuse(by = 'owner'): string {
    return this.happen('refuse', by)
  }

  /**
   * The group's number, the same for every bot: what a join strategy can name
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get number(): string {
    return qqNumberOf('group', this.name)
  }

  /** Makes a member an admin or an ordinary member; there is no event for it. */
  setRole(name: string, role: MemberRole): void {
    this.with((world, _bot, peer) => {
      groupMemberNamed(world, peer, name).role = role
    })
  }

  /**
   * Makes the bot an admin or an ordinary member, which it is at first. Only admins may manage the group
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  setBotRole(role: MemberRole): void {
    this.with((world, bot, peer) => {
      groupMemberNamed(world, peer, bot.name).role = role
    })
  }

  /**
   * Someone applies to join. An admin bot is told (GROUP_JOIN_REQUEST), and answers
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   *
   * @throws RangeError for members and people on the blacklist
   */
  askToJoin(name: string, application: Application = {}): Applied {
    return this.with((world, bot, peer) => askToJoin(world, bot, peer, name, application))
  }

  /** Mutes the bot or lifts it; there is no event for it. */
  mute(muted = true): void {
    this.with((_world, _bot, peer) => {
      peer.muted = muted
    })
  }

  /**
   * Whether the bot gets all messages of the group, not only those that mention it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  hearAll(all = true): void {
    this.with((_world, _bot, peer) => {
      peer.hearsAll = all
    })
  }
}
