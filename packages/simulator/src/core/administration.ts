import type { Guild } from './guild/guild-state.js'
import type { Group } from './group/group.js'
import type { Reactions } from './reaction/reactions.js'
import type { Strategy } from './group/strategy.js'

/** What bots administer, and people change (§5.8–§5.11). */
export interface Administration {
  /** Keyed by bot and guild id. */
  readonly guilds: Map<string, Guild>
  /** Keyed by bot and group openid. */
  readonly groups: Map<string, Group>
  /** Keyed by message id. */
  readonly reactions: Map<string, Reactions>
  /** Keyed by id. */
  readonly strategies: Map<string, Strategy>
}

export const createAdministration = (): Administration => ({
  guilds: new Map(),
  groups: new Map(),
  reactions: new Map(),
  strategies: new Map(),
})
