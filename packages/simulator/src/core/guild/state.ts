import type { MessagesWorld } from '../messages/state.js'
import type { GuildMemberState } from '../places/guild-state.js'

/** Reactions to a message: members by emoji, then by user id. */
export type Reactions = Map<string, Map<string, GuildMemberState>>

/** The part of the world that calls on guilds need. */
export interface GuildWorld extends MessagesWorld {
  /** Keyed by message id. */
  readonly reactions: Map<string, Reactions>
}
