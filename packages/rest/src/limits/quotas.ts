import { proactiveChannelsPerGuild, proactiveQuotas, type Scene } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import type { RestCall } from '../types/call.js'
import type { WindowLimit } from './window-limiter.js'

/** The quota of proactive messages of a scene. */
export type QuotaClass = `${Scene}.proactive`

/** The quota of channels per guild and day. */
export const GUILD_QUOTA = 'guild.proactive'

const SECOND = 1000

/** The quota of a proactive call, by its route class (§6.4). */
const QUOTAS: Readonly<Record<string, QuotaClass>> = Object.freeze({
  'c2c.messages': 'c2c.proactive',
  'c2c.stream': 'c2c.proactive',
  'group.messages': 'group.proactive',
  'channel.messages': 'channel.proactive',
  'dm.messages': 'dm.proactive',
  'POST /dms/{}/messages': 'dm.proactive',
})

/** The quota of a proactive call; `undefined` if it has none. */
export const quotaClassOf = ({
  routeClass,
  route,
}: Pick<RestCall, 'routeClass' | 'route'>): QuotaClass | undefined => {
  if (routeClass !== 'files') return QUOTAS[routeClass]
  return route.startsWith('/v2/groups/') ? 'group.proactive' : 'c2c.proactive'
}

/** Whether a call of `rest.request()` sends a message without an anchor (§6.1, §6.4). */
export const isProactive = (call: Pick<RestCall, 'routeClass' | 'route' | 'body'>): boolean => {
  const { routeClass, body } = call
  if (!isObject(body) || quotaClassOf(call) === undefined) return false
  if (routeClass === 'files') return body['srv_send_msg'] === true
  return [body['msg_id'], body['event_id'], body['stream_msg_id']].every((id) => (id ?? '') === '')
}

/** The quotas of §6.4 as limits. */
export const quotaLimits = (certified: boolean): Readonly<Record<QuotaClass, readonly WindowLimit[]>> => {
  const limitsOf = (scene: Scene): readonly WindowLimit[] =>
    proactiveQuotas[scene]
      .filter((quota) => (quota.certified ?? certified) === certified)
      // Limits that count replies as well are in the table of rate limits (§2.6).
      .filter(({ per, windowMs }) => per !== 'channel' || windowMs > SECOND)
      .map(({ messages: requests, windowMs, per }) => ({ requests, windowMs, per }))
  return Object.freeze({
    'c2c.proactive': limitsOf('c2c'),
    'group.proactive': limitsOf('group'),
    'channel.proactive': limitsOf('channel'),
    'dm.proactive': limitsOf('dm'),
  })
}

/**
 * Channels per guild that may receive proactive messages on one day. A custom limit per channel removes this limit
 * unless it is given too.
 */
export const channelsPerGuild = (
  limits: Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null>>,
): number => {
  const named = limits[GUILD_QUOTA]
  if (named === undefined)
    return limits['channel.proactive'] === undefined ? proactiveChannelsPerGuild : Infinity
  return Math.min(Infinity, ...[named ?? []].flat().map(({ requests }) => requests))
}

/** How long one message may wait for its quota, and has waited, over all its calls. */
export class QuotaWait {
  readonly #most: number
  #waited = 0

  /** @param most in ms; `Infinity` for no limit */
  constructor(most: number) {
    this.#most = most
  }

  /** Time waited so far, in ms. */
  get waited(): number {
    return this.#waited
  }

  /** Time left to wait, in ms. */
  get left(): number {
    return Math.max(0, this.#most - this.#waited)
  }

  add(ms: number): void {
    this.#waited += ms
  }
}
