import type { HttpSession } from './gateway/http-sessions.js'
import type { Strategy } from './group/strategy.js'
import type { Reactions } from './guild-content/reactions.js'
import type { Menu } from './menu/menu.js'
import type { Panel } from './menu/panels.js'
import type { ShareLink } from './menu/share-links.js'
import type { Group } from './places/groups.js'
import type { Guild } from './places/guild-state.js'

/**
 * What bots administer, and people change
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8} –
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Administration {
  /** Keyed by bot and guild id. */
  readonly guilds: Map<string, Guild>
  /** Keyed by bot and group openid. */
  readonly groups: Map<string, Group>
  /** Keyed by message id. */
  readonly reactions: Map<string, Reactions>
  /** Keyed by id. */
  readonly strategies: Map<string, Strategy>
  /** Keyed by AppID. */
  readonly menus: Map<string, Menu>
  /** Switches that users turned, by bot, user and switch. */
  readonly switches: Map<string, boolean>
  /** Keyed by id. */
  readonly panels: Map<string, Panel>
  /** Keyed by address. */
  readonly shareLinks: Map<string, ShareLink>
  /** Keyed by id. */
  readonly httpSessions: Map<string, HttpSession>
}

export const createAdministration = (): Administration => ({
  guilds: new Map(),
  groups: new Map(),
  reactions: new Map(),
  strategies: new Map(),
  menus: new Map(),
  switches: new Map(),
  panels: new Map(),
  shareLinks: new Map(),
  httpSessions: new Map(),
})
