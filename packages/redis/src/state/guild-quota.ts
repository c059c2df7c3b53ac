import type { Clock, Limiter, LimitPermit, LimitRefusal, LimitScope } from '@qqkit/core'
import { abortable, permit, sleep } from '@qqkit/core/internal'
import { guildQuota, type QuotaClass } from '@qqkit/protocol'

import type { SendCommand } from '../port/connection.js'
import type { ServerTime } from '../queue/server-time.js'
import { enterGuildScript, leaveGuildScript } from './limit-scripts.js'

/** Dependencies of a {@link GuildQuota}. */
export interface GuildQuotaDeps {
  /** What a message has to pass besides. */
  readonly quotas: Limiter
  readonly send: SendCommand
  readonly prefix: string
  readonly clock: Clock
  /** By which the days run. */
  readonly time: ServerTime
  /** Makes the names of messages unique. */
  readonly process: string
  /** Channels of a guild within a time that may receive proactive messages. */
  readonly most: { readonly requests: number; readonly windowMs: number }
}

/** What it limits. */
const LIMITED: QuotaClass = 'channel.proactive'
/** ms between two looks at a guild without room, and until a server that is away is asked again. */
const LOOK = 10_000
const AWAY = 1000

/**
 * Limits proactive messages of all processes to a number of channels per guild. A channel that has received one may receive more, and one
 * of an unknown guild is not limited. While the server is away, messages wait for it.
 */
export class GuildQuota implements Limiter {
  readonly #deps: GuildQuotaDeps
  #messages = 0

  constructor(deps: GuildQuotaDeps) {
    this.#deps = deps
  }

  async acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal> {
    const { quotas, clock, process, prefix } = this.#deps
    const { guild, target, maxWait } = scope
    if (scope.routeClass !== LIMITED || guild === undefined) return quotas.acquire(scope, signal)
    const startedAt = clock.now()
    const message = {
      key: `${prefix}limit:${guildQuota}:${guild}`,
      id: `${process}/g${++this.#messages}`,
      target,
    }
    const leave = (): void => void this.#leave(message, 'back').catch(() => {})
    for (;;) {
      signal.throwIfAborted()
      const wait = await abortable(this.#enter(message), signal).catch((error: unknown) => {
        leave()
        throw error
      })
      if (wait === 0) break
      if (clock.now() + wait > startedAt + maxWait) {
        // Where no answer came, it may be counted all the same.
        leave()
        return { granted: false, retryAfter: wait, limit: guildQuota }
      }
      await sleep(clock, Math.min(wait, LOOK), signal)
    }
    try {
      const left = Math.max(0, maxWait - (clock.now() - startedAt))
      const place = await quotas.acquire({ ...scope, maxWait: left }, signal)
      if (!place.granted) leave()
      if (!place.granted) return place
      return permit((outcome) => {
        place.settle(outcome)
        // Counted until its answer, the latest time at which it can have arrived.
        void this.#leave(message, outcome.kind === 'not_sent' ? 'back' : 'now').catch(() => {})
      })
    } catch (error) {
      leave()
      throw error
    }
  }

  /** ms to wait; 0: the channel has a place. */
  async #enter({ key, id, target }: GuildMessage): Promise<number> {
    const { send, time, most } = this.#deps
    const args = [id, target, String(most.requests), String(most.windowMs)]
    try {
      const { reply } = await time.run(send, enterGuildScript, [key], args)
      return Math.ceil(Number(reply[0]))
    } catch {
      return AWAY
    }
  }

  async #leave({ key, id, target }: GuildMessage, how: 'back' | 'now'): Promise<void> {
    const { send, time, most } = this.#deps
    await time.run(send, leaveGuildScript, [key], [id, target, how, String(most.windowMs)])
  }
}

/** A message to a channel of a guild. */
interface GuildMessage {
  /** Of its guild. */
  readonly key: string
  readonly id: string
  readonly target: string
}
