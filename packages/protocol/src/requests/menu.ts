/**
 * An item below a menu item; the name has at most 14 characters
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface SubMenuItem {
  readonly name: string
  readonly type: 'send_message' | 'link'
  readonly send_message?: unknown
  /** https only. */
  readonly link?: unknown
}

/**
 * An item of the C2C menu; the name has at most 10 characters, a Chinese one counts 2
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface MenuItem {
  readonly name: string
  readonly type: 'switch' | 'send_message' | 'link' | 'menu'
  readonly send_message?: unknown
  /** https only. */
  readonly link?: unknown
  /**
   * A toggle sends a message to the bot; its `message_scene.ext` contains `{switch_id}=1` only while the switch is on.
   */
  readonly switch?: { readonly switch_id: string; readonly default?: unknown }
  /** At most 5. */
  readonly sub_menu_items?: readonly SubMenuItem[]
}

/**
 * The menu: at most 10 items
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface Menu {
  readonly items: readonly MenuItem[]
}

/**
 * The C2C menu, global for the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface MenuEndpoints {
  'GET /v2/menu': { response: { readonly version: number | string; readonly menu?: Menu } }
  /** Replaces everything. */
  'PUT /v2/menu': { body: { readonly menu: Menu }; response: { readonly version: number | string } }
}
