import type { HttpWorld } from '../http/state.js'
import type { PlacesWorld } from '../places/state.js'
import type { Scene } from '../rules/scene.js'

/**
 * An item of the menu below its first level
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface SubMenuItem {
  readonly name: string
  readonly type: 'send_message' | 'link'
  readonly send_message?: unknown
  readonly link?: unknown
}

/**
 * An item of the menu ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface MenuItem {
  readonly name: string
  readonly type: 'switch' | 'send_message' | 'link' | 'menu'
  readonly send_message?: unknown
  readonly link?: unknown
  readonly switch?: { readonly switch_id: string; readonly default?: unknown } | undefined
  readonly sub_menu_items?: readonly SubMenuItem[] | undefined
}

/**
 * The C2C menu of a bot, global for all users
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface Menu {
  readonly version: number
  readonly items: readonly MenuItem[]
}

/** The visible part of a panel. */
export interface PanelBody {
  readonly items: readonly unknown[]
  readonly remark?: string | undefined
}

/**
 * A stored panel of commands and links
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). Moments are ms since
 * the epoch.
 */
export interface Panel {
  readonly id: string
  readonly bot: string
  readonly scope: Scene
  /** Openids of its users or groups; `null` for everyone. */
  readonly targets: ReadonlySet<string> | null
  readonly panel: PanelBody
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * A link that adds the bot, with the data that it carries
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface ShareLink {
  readonly bot: string
  readonly data: string
}

/** The part of the world with menus, panels and share links. */
export interface MenuWorld extends PlacesWorld, HttpWorld {
  /** Keyed by AppID. */
  readonly menus: Map<string, Menu>
  /** Positions of menu switches, by bot, user and switch. */
  readonly switches: Map<string, boolean>
  /** Keyed by id. */
  readonly panels: Map<string, Panel>
  /** Keyed by address. */
  readonly shareLinks: Map<string, ShareLink>
}
