import { putBounded } from '../bounded-map.js'
import { WAKEUP_PERIODS } from '../rules/limits.js'
import type { Bot, Peer, World } from '../world.js'

const lastHeard = (world: World, bot: Bot, peer: Peer): number | null => {
  let last: number | null = null
  for (const message of world.messages.values()) {
    if (message.direction === 'in' && message.bot === bot.appId && message.peerId === peer.id)
      last = message.at
  }
  return last
}

/** A wakeup message may be sent once in each period after the user's last message (§6.4). */
export const wakeupCode = (world: World, bot: Bot, peer: Peer): number | null => {
  if (peer.scene !== 'c2c') return 40034123
  const last = lastHeard(world, bot, peer)
  if (last === null) return 40034123
  const period = WAKEUP_PERIODS.findIndex((end) => world.now - last < end)
  if (period < 0) return 40034122
  const key = `wakeup ${period} ${last} ${bot.appId} ${peer.id}`
  if (world.meters.has(key)) return 40034122
  putBounded(world.meters, key, [], world.settings.memory)
  return null
}
