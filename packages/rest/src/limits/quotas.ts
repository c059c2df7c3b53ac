import { proactiveChannelsPerGuild, proactiveQuotas, type Scene } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import type { RestCall } from '../types/call.js'
import type { WindowLimit } from './window-limiter.js'

/** The class of the quota that proactive messages of a scene draw on. */
export type QuotaClass = `${Scene}.proactive`

/** The quota of channels per guild and day. */
export const GUILD_QUOTA = 'guild.proactive'

const SECOND = 1000

/** Which quota a proactive call draws on, by the class of its route (§6.4). */
const QUOTAS: Readonly<Record<string, QuotaClass>> = Object.freeze({
  'c2c.messages': 'c2c.proactive',
  'c2c.stream': 'c2c.proactive',
  'group.messages': 'group.proactive',
  'channel.messages': 'channel.proactive',
  'dm.messages': 'dm.proactive',
  'POST /dms/{}/messages': 'dm.proactive',
})

/** The quota of a proactive call; `undefined` where it has none. */
export const quotaClassOf = ({
  routeClass,
  route,
}: Pick<RestCall, 'routeClass' | 'route'>): QuotaClass | undefined => {
  if (routeClass !== 'files') return QUOTAS[routeClass]
  return route.startsWith('/v2/groups/') ? 'group.proactive' : 'c2c.proactive'
}

/** Whether a call that was put together by hand sends a message that replies to nothing (§6.1, §6.4). */
export const isProactive = (call: Pick<RestCall, 'routeClass' | 'route' | 'body'>): boolean => {
  const { routeClass, body } = call
  if (!isObject(body) || quotaClassOf(call) === undefined) return false
  if (routeClass === 'files') return body['srv_send_msg'] === true
  return [body['msg_id'], body['event_id'], body['stream_msg_id']].every((id) => (id ?? '') === '')
}

/** The quotas of §6.4 as limits, of a bot that is certified or not. */
export const quotaLimits = (certified: boolean): Readonly<Record<QuotaClass, readonly WindowLimit[]>> => {
  const limitsOf = (scene: Scene): readonly WindowLimit[] =>
    proactiveQuotas[scene]
      .filter((quota) => (quota.certified ?? certified) === certified)
      // What counts replies as well stands in the table of limits (§2.6).
      .filter(({ per, windowMs }) => per !== 'channel' || windowMs > SECOND)
      .map(({ messages: requests, windowMs, per }) => ({ requests, windowMs, per }))
  return Object.freeze({
    'c2c.proactive': limitsOf('c2c'),
    'group.proactive': limitsOf('group'),
    'channel.proactive': limitsOf('channel'),
    'dm.proactive': limitsOf('dm'),
  })
}

/** Channels of a guild that may get proactive messages on one day. Numbers of the owner's for a channel lift what was not named. */
export const channelsPerGuild = (
  limits: Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null>>,
): number => {
  const named = limits[GUILD_QUOTA]
  if (named === undefined)
    return limits['channel.proactive'] === undefined ? proactiveChannelsPerGuild : Infinity
  return Math.min(Infinity, ...[named ?? []].flat().map(({ requests }) => requests))
}

/** What one message may wait for its proactive quota, and what it has waited: over all trips that it takes. */
export class QuotaWait {
  readonly #most: number
  #waited = 0

  /** @param most in ms; `Infinity` waits as long as it takes */
  constructor(most: number) {
    this.#most = most
  }

  /** ms that it has waited. */
  get waited(): number {
    return this.#waited
  }

  /** ms that it may still wait. */
  get left(): number {
    return Math.max(0, this.#most - this.#waited)
  }

  add(ms: number): void {
    this.#waited += ms
  }
}
