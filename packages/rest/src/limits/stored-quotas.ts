import type {
  Clock,
  Limiter,
  LimitPermit,
  LimitRefusal,
  LimitScope,
  LogSink,
  QuotaRecord,
  QuotaStore,
} from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import type { GuildChannels } from './guild-channels.js'
import { GUILD_QUOTA } from './quotas.js'
import type { WindowLimiter } from './window-limiter.js'
import { dayOf } from './windows.js'

/** Time limit of the store in ms: a message matters more than its count. */
const PATIENCE = 1000

/** Dependencies of {@link StoredQuotas}. */
export interface StoredQuotasDeps {
  /** Counts in this process, and makes messages wait. */
  readonly limiter: WindowLimiter
  readonly guilds: GuildChannels
  readonly store: QuotaStore
  readonly appId: string
  readonly clock: Clock
  readonly log: LogSink
}

/** Today's messages in a record; 0 if the record is missing, wrong, or of another day. */
const messagesOf = (record: QuotaRecord | undefined | null, day: string): number => {
  const { day: of, messages } = record ?? {}
  return of === day && typeof messages === 'number' && messages > 0 ? messages : 0
}

/** Quotas whose daily counts are kept in a store. The count is loaded before each message and saved after it. */
export class StoredQuotas implements Limiter {
  readonly #deps: StoredQuotasDeps
  /** Messages that are not in the store yet, by key and day. */
  readonly #owed = new Map<string, { readonly day: string; readonly messages: number }>()
  /** The pending change of each key. */
  readonly #last = new Map<string, Promise<void>>()
  #reported = false

  constructor(parts: StoredQuotasDeps) {
    this.#deps = parts
  }

  async acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal> {
    const { limiter, guilds } = this.#deps
    const { routeClass } = scope
    const targets = limiter.dailyTargets(scope)
    const isChannel = guilds.counts && routeClass === 'channel.proactive'
    const guild = isChannel ? guilds.guildOf(scope.target) : undefined
    await Promise.all([
      ...targets.map((target) => this.#learn(routeClass, target)),
      ...(guild === undefined ? [] : [this.#learn(GUILD_QUOTA, guild)]),
    ])
    const place = await limiter.acquire(scope, signal)
    if (!place.granted) return place
    let settled = false
    return {
      granted: true,
      settle: (outcome) => {
        place.settle(outcome)
        if (settled) return
        settled = true
        if (outcome.kind !== 'sent') return
        const opened = isChannel ? guilds.tell(this.#deps.clock.now(), scope.target) : undefined
        if (opened !== undefined) this.#count(GUILD_QUOTA, opened)
        for (const target of targets) this.#count(routeClass, target)
      },
    }
  }

  #keyOf(routeClass: string, target: string): string {
    return `${this.#deps.appId}:quota:${routeClass}:${target}`
  }

  async #learn(routeClass: string, target: string): Promise<void> {
    const key = this.#keyOf(routeClass, target)
    // Saves of this process come before the load.
    await this.#last.get(key)
    const day = dayOf(this.#deps.clock.wall())
    const record = await this.#tried(async (store) => store.load(key))
    this.#know(routeClass, target, messagesOf(record, day))
  }

  #know(routeClass: string, target: string, count: number): void {
    const { limiter, guilds, clock } = this.#deps
    if (routeClass === GUILD_QUOTA) guilds.learn(clock.now(), target, count)
    else limiter.learn(routeClass, target, count)
  }

  /** Saves in the background. A failed save is added to the next one. */
  #count(routeClass: string, target: string): void {
    const key = this.#keyOf(routeClass, target)
    const day = dayOf(this.#deps.clock.wall())
    const owed = this.#owed.get(key)
    this.#owed.set(key, { day, messages: (owed?.day === day ? owed.messages : 0) + 1 })
    const before = this.#last.get(key)
    const telling = (async () => {
      await before
      await this.#tell(key, routeClass, target)
    })()
    this.#last.set(key, telling)
    void telling.then(() => {
      if (this.#last.get(key) === telling) this.#last.delete(key)
    })
  }

  async #tell(key: string, routeClass: string, target: string): Promise<void> {
    const owed = this.#owed.get(key)
    if (!owed) return
    const { day } = owed
    let messages = 0
    const told = await this.#tried(async (store) => {
      messages = messagesOf(await store.load(key), day) + owed.messages
      await store.save(key, { day, messages })
      return true
    })
    if (told !== true) return
    // More messages may have been sent meanwhile.
    const left = (this.#owed.get(key)?.messages ?? 0) - owed.messages
    if (left > 0) this.#owed.set(key, { day, messages: left })
    else this.#owed.delete(key)
    this.#know(routeClass, target, messages)
  }

  async #tried<T>(work: (store: QuotaStore) => Promise<T>): Promise<T | null> {
    const { store, clock, log } = this.#deps
    const onTimeout = (): Error => new Error(`no answer within ${PATIENCE} ms`)
    try {
      const answer = await withDeadline({ clock, ms: PATIENCE, onTimeout, signal: undefined }, async () =>
        work(store),
      )
      this.#reported = false
      return answer
    } catch (error) {
      // Reported once until the store works again.
      if (!this.#reported) {
        const message =
          'the quota store failed: proactive messages are counted in this process only until it works again'
        log({ level: 'warn', event: 'rest.quota_store_failed', message, error })
      }
      this.#reported = true
      return null
    }
  }
}
