import { guildQuota, proactiveChannelsPerGuild, type QuotaClass } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import type { RestCall } from '../types/call.js'
import type { WindowLimit } from './window-limiter.js'

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

/**
 * Channels per guild that may receive proactive messages on one day. A custom limit per channel removes this limit
 * unless it is given too.
 */
export const channelsPerGuild = (
  limits: Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null>>,
): number => {
  const named = limits[guildQuota]
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
