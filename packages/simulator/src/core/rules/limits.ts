import type { Scene } from './scene.js'

/** At most `max` within `ms`; `code` refuses the rest. */
export interface Limit {
  readonly max: number
  readonly ms: number
  readonly code: number
}

const SECOND = 1_000
const MINUTE = 60_000
/** Counted by the calendar day in China. */
export const DAY = 86_400_000

/** Rate limits by route and bot (§2.6). 22009 stands for the plain HTTP 429. */
export const routeLimits: Readonly<Record<string, Limit>> = {
  'c2c.send': { max: 100, ms: SECOND, code: 22009 },
  'group.send': { max: 100, ms: SECOND, code: 22009 },
  'c2c.stream': { max: 50, ms: SECOND, code: 50002 },
  'c2c.files': { max: 50, ms: SECOND, code: 22009 },
  'group.files': { max: 50, ms: SECOND, code: 22009 },
  'c2c.upload-prepare': { max: 10, ms: SECOND, code: 22009 },
  'group.upload-prepare': { max: 10, ms: SECOND, code: 22009 },
  'c2c.upload-part-finish': { max: 10, ms: SECOND, code: 22009 },
  'group.upload-part-finish': { max: 10, ms: SECOND, code: 22009 },
  'c2c.recall': { max: 10, ms: SECOND, code: 22009 },
  'group.recall': { max: 10, ms: SECOND, code: 22009 },
  'interaction.ack': { max: 50, ms: SECOND, code: 22009 },
  'group.info': { max: 30, ms: MINUTE, code: 22009 },
  'group.bot-state': { max: 30, ms: MINUTE, code: 22009 },
  'group.members': { max: 60, ms: MINUTE, code: 22009 },
  'group.old-members': { max: 60, ms: MINUTE, code: 22009 },
  'group.member': { max: 30, ms: MINUTE, code: 22009 },
  'group.remove-members': { max: 30, ms: MINUTE, code: 22009 },
  'group.blacklist': { max: 30, ms: MINUTE, code: 22009 },
  'group.change-blacklist': { max: 60, ms: MINUTE, code: 22009 },
  'group.join-requests': { max: 30, ms: MINUTE, code: 22009 },
  'group.answer-join-request': { max: 60, ms: MINUTE, code: 22009 },
  'group.mutes': { max: 30, ms: MINUTE, code: 22009 },
  'group.set-mutes': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.create': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.list': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.change': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.delete': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.execute': { max: 60, ms: MINUTE, code: 22009 },
  'strategy.whitelist': { max: 60, ms: MINUTE, code: 22009 },
  'menu.get': { max: 30, ms: MINUTE, code: 22009 },
  'menu.set': { max: 5, ms: MINUTE, code: 22009 },
  'panel.list': { max: 30, ms: MINUTE, code: 22009 },
  'panel.get': { max: 30, ms: MINUTE, code: 22009 },
  'panel.create': { max: 10, ms: MINUTE, code: 22009 },
  'panel.change': { max: 10, ms: MINUTE, code: 22009 },
  'panel.delete': { max: 10, ms: MINUTE, code: 22009 },
  'panel.target': { max: 60, ms: MINUTE, code: 22009 },
  'share-link.make': { max: 50, ms: SECOND, code: 22009 },
  'me.get': { max: 50, ms: SECOND, code: 22009 },
}

/** All sends into one channel, passive and proactive together (§2.6). */
export const channelWrites: Limit = { max: 5, ms: SECOND, code: 20028 }

/** Proactive sends of a bot over all peers, certified and not (§6.4). */
export const proactivePerBot: Readonly<
  Record<Scene, { readonly certified: readonly Limit[]; readonly plain: readonly Limit[] }>
> = {
  c2c: {
    certified: [{ max: 10, ms: SECOND, code: 40034100 }],
    plain: [
      { max: 5, ms: SECOND, code: 40034100 },
      { max: 30, ms: MINUTE, code: 40034100 },
    ],
  },
  group: {
    certified: [{ max: 60, ms: MINUTE, code: 40034100 }],
    plain: [{ max: 30, ms: MINUTE, code: 40034100 }],
  },
  channel: { certified: [], plain: [] },
  dm: {
    certified: [{ max: 200, ms: DAY, code: 304050 }],
    plain: [{ max: 200, ms: DAY, code: 304050 }],
  },
}

/** Proactive sends into one channel a day, unless the owner chose a number (§6.4). */
export const PUSHES_A_DAY = 20

/** Proactive sends of a bot to one user, group, channel or DM (§6.4). */
export const proactivePerPeer: Readonly<Record<Scene, readonly Limit[]>> = {
  c2c: [
    { max: 20, ms: MINUTE, code: 40034100 },
    { max: 1_000, ms: DAY, code: 40034100 },
  ],
  group: [
    { max: 20, ms: MINUTE, code: 40034100 },
    { max: 1_000, ms: DAY, code: 40034100 },
  ],
  // The owner can choose another number (§6.4).
  channel: [],
  dm: [{ max: 2, ms: DAY, code: 304049 }],
}

/** Schedules that an admin makes in a guild a day, and all together (§2.6). */
export const schedulesPerAdmin: Limit = { max: 10, ms: DAY, code: 302012 }
export const schedulesPerGuild: Limit = { max: 100, ms: DAY, code: 302021 }

/** Demands for permissions in a guild a day (§2.6). */
export const apiDemands: Limit = { max: 3, ms: DAY, code: 610013 }

/** Own messages can be recalled for this long, in ms (§5.6). */
export const RECALL_WINDOW = 120_000

/** A streamed message lives about this long, in ms (§5.4.1). */
export const STREAM_LIFE = 600_000

/** A button press can be acknowledged for about this long, in ms (§5.7). */
export const INTERACTION_WINDOW = 3_000

/**
 * A heartbeat that the platform asked for counts as missed after so long, in ms. Not documented: `a short time` (§3.4).
 */
export const HEARTBEAT_ANSWER = 5_000

/** Periods after the user's last message in which one wakeup may be sent, as ends in ms (§6.4). */
export const wakeupPeriods: readonly number[] = [DAY, 3 * DAY, 7 * DAY, 30 * DAY]
