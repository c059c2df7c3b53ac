import type { MessagesWorld } from '../messages/state.js'
import type { GuildMemberState } from '../places/guild-state.js'

/** Who reacted to a message: members by emoji, then by user id. */
export type Reactions = Map<string, Map<string, GuildMemberState>>

/** The world as calls on guilds see it. */
export interface GuildWorld extends MessagesWorld {
  /** Keyed by message id. */
  readonly reactions: Map<string, Reactions>
}
