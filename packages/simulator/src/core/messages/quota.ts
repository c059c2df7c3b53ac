import type { Bot } from '../bot/state.js'
import { putBounded } from '../kernel/bounded-map.js'
import { countAgainst, firstExceeded } from '../kernel/meters.js'
import { dayNumber } from '../kernel/time.js'
import { messageSettingsOf } from '../places/guilds.js'
import type { Peer } from '../places/state.js'
import {
  channelWrites,
  DAY,
  type Limit,
  proactivePerBot,
  proactivePerPeer,
  PUSHES_A_DAY,
  wakeupPeriods,
} from '../rules/limits.js'
import type { MessagesWorld } from './state.js'

/** Proactive limits per peer; for a channel the number that the owner chose (§6.4). */
const perPeer = (world: MessagesWorld, peer: Peer): readonly Limit[] =>
  peer.scene === 'channel'
    ? [{ max: messageSettingsOf(world, peer)?.perChannel ?? PUSHES_A_DAY, ms: DAY, code: 304045 }]
    : proactivePerPeer[peer.scene]

const limitsOf = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  passive: boolean,
): readonly (readonly [Limit, string])[] => {
  const writes: readonly (readonly [Limit, string])[] =
    peer.scene === 'channel' ? [[channelWrites, `writes ${peer.id}`]] : []
  if (passive) return writes
  const perBot = proactivePerBot[peer.scene]
  return [
    ...writes,
    ...(bot.certified ? perBot.certified : perBot.plain).map(
      (limit) => [limit, `bot ${bot.appId} ${peer.scene}`] as const,
    ),
    ...perPeer(world, peer).map((limit) => [limit, `peer ${bot.appId} ${peer.id}`] as const),
  ]
}

/** Channels per guild and day that accept proactive messages (§6.4). */
const CHANNELS_A_DAY = 2

const channelsToday = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
): { readonly key: string; readonly others: number } => {
  const key = `channels ${dayNumber(world.now)} ${bot.appId} ${peer.guildId ?? ''}`
  const used = [...world.meters.keys()].filter((name) => name.startsWith(`${key} `))
  return { key, others: used.filter((name) => name !== `${key} ${peer.id}`).length }
}

/** The code for a channel without proactive messages by the owner's choice, or `null` (§5.10). */
const closedCode = (world: MessagesWorld, peer: Peer): number | null => {
  const settings = peer.scene === 'channel' ? messageSettingsOf(world, peer) : undefined
  if (settings?.push === false) return 304048
  return settings?.channels?.includes(peer.id) === false ? 304046 : null
}

/** The code for a send beyond its quota, or `null`. */
export const quotaCode = (world: MessagesWorld, bot: Bot, peer: Peer, passive: boolean): number | null => {
  const closed = passive ? null : closedCode(world, peer)
  if (closed !== null) return closed
  const exceeded = firstExceeded(world, limitsOf(world, bot, peer, passive))
  if (exceeded) return exceeded.code
  if (passive || peer.scene !== 'channel' || !world.settings.limits) return null
  // Channels that the owner chose replace the limit of two.
  if (messageSettingsOf(world, peer)?.channels) return null
  return channelsToday(world, bot, peer).others >= CHANNELS_A_DAY ? 304047 : null
}

/** Counts a sent message against its quotas. */
export const spendQuota = (world: MessagesWorld, bot: Bot, peer: Peer, passive: boolean): void => {
  countAgainst(world, limitsOf(world, bot, peer, passive))
  if (!passive && peer.scene === 'channel' && world.settings.limits) {
    putBounded(world.meters, `${channelsToday(world, bot, peer).key} ${peer.id}`, [], world.settings.memory)
  }
}

const lastHeard = (world: MessagesWorld, bot: Bot, peer: Peer): number | null => {
  let last: number | null = null
  for (const message of world.messages.values()) {
    if (message.direction === 'in' && message.bot === bot.appId && message.peerId === peer.id)
      last = message.at
  }
  return last
}

/** The code for a wakeup message beyond one per period after the user's last message, or `null` (§6.4). */
export const wakeupCode = (world: MessagesWorld, bot: Bot, peer: Peer): number | null => {
  if (peer.scene !== 'c2c') return 40034123
  const last = lastHeard(world, bot, peer)
  if (last === null) return 40034123
  const period = wakeupPeriods.findIndex((end) => world.now - last < end)
  if (period < 0) return 40034122
  const key = `wakeup ${period} ${last} ${bot.appId} ${peer.id}`
  if (world.meters.has(key)) return 40034122
  putBounded(world.meters, key, [], world.settings.memory)
  return null
}
