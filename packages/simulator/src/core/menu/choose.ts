import type { Bot, Peer, World } from '../world.js'
import { say, type Said } from '../people/say.js'
import { textOf, turnSwitch } from './menu.js'

/**
 * A user chooses an item of the menu. A text is sent, a switch is turned and says so, a link only opens.
 *
 * @throws RangeError when there is no such item
 */
export const choose = (world: World, bot: Bot, peer: Peer, person: string, name: string): Said | null => {
  const items = peer.scene === 'c2c' ? (world.menus.get(bot.appId)?.items ?? []) : []
  const chosen = items
    .flatMap((item) => [item, ...(item.sub_menu_items ?? [])])
    .find((item) => item.name === name && item.type !== 'menu')
  if (!chosen) throw new RangeError(`there is no "${name}" in the menu of ${bot.name}`)
  if (chosen.type === 'send_message') return say(world, bot, peer, person, textOf(chosen.send_message))
  if (!('switch' in chosen) || !chosen.switch) return null
  turnSwitch(world, peer, chosen.switch)
  // Turning it sends a message, which is marked while the switch is on; its text is not told: the name, here (§5.9).
  return say(world, bot, peer, person, name)
}
