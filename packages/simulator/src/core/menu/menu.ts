import type { Peer, World } from '../world/world.js'

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

const keyOf = ({ bot, id }: Peer, switchId: string): string => `${bot} ${id} ${switchId}`

const isOn = (
  world: World,
  peer: Peer,
  { switch_id: id, default: initial }: NonNullable<MenuItem['switch']>,
): boolean => world.switches.get(keyOf(peer, id)) ?? (initial === true || initial === 1 || initial === 'on')

/** The switches of the menu that a user has on: their messages say so (§4.2). */
export const switchesOn = (world: World, peer: Peer): readonly string[] =>
  (world.menus.get(peer.bot)?.items ?? []).flatMap((item) =>
    item.type === 'switch' && item.switch && isOn(world, peer, item.switch) ? item.switch.switch_id : [],
  )

/** A user turns a switch of the menu. */
export const turnSwitch = (world: World, peer: Peer, which: NonNullable<MenuItem['switch']>): void => {
  world.switches.set(keyOf(peer, which.switch_id), !isOn(world, peer, which))
}

/** What a text item sends. Its shape is not documented: a text, or an object with `content`. */
export const textOf = (message: unknown): string => {
  if (typeof message === 'string') return message
  const content =
    typeof message === 'object' && message !== null && 'content' in message ? message.content : ''
  return typeof content === 'string' ? content : ''
}
