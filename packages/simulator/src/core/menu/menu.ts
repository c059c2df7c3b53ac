import type { Peer } from '../places/state.js'
import type { MenuItem, MenuWorld } from './state.js'

const keyOf = ({ bot, id }: Peer, switchId: string): string => `${bot} ${id} ${switchId}`

const isOn = (
  world: MenuWorld,
  peer: Peer,
  { switch_id: id, default: initial }: NonNullable<MenuItem['switch']>,
): boolean => world.switches.get(keyOf(peer, id)) ?? (initial === true || initial === 1 || initial === 'on')

/** The menu switches that a user has turned on; the user's messages list them (§4.2). */
export const switchesOn = (world: MenuWorld, peer: Peer): readonly string[] =>
  (world.menus.get(peer.bot)?.items ?? []).flatMap((item) =>
    item.type === 'switch' && item.switch && isOn(world, peer, item.switch) ? item.switch.switch_id : [],
  )

/** A user turns a switch of the menu. */
export const turnMenuSwitch = (
  world: MenuWorld,
  peer: Peer,
  which: NonNullable<MenuItem['switch']>,
): void => {
  world.switches.set(keyOf(peer, which.switch_id), !isOn(world, peer, which))
}

/** The text that a menu item sends. Its shape is not documented: a text, or an object with `content`. */
export const textOf = (message: unknown): string => {
  if (typeof message === 'string') return message
  const content =
    typeof message === 'object' && message !== null && 'content' in message ? message.content : ''
  return typeof content === 'string' ? content : ''
}
