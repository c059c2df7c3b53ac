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
import { permit, withDeadline } from '@qqkit/core/internal'
import { guildQuota } from '@qqkit/protocol'

import type { GuildChannels } from './guild-channels.js'
import type { WindowLimiter } from './window-limiter.js'
import { dayOf } from './windows.js'

/** Time limit of the store in ms: a message matters more than its count. */
const STORE_TIMEOUT = 1000

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
  readonly #unsaved = new Map<string, { readonly day: string; readonly messages: number }>()
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
      ...(guild === undefined ? [] : [this.#learn(guildQuota, guild)]),
    ])
    const place = await limiter.acquire(scope, signal)
    if (!place.granted) return place
    return permit((outcome) => {
      place.settle(outcome)
      if (outcome.kind !== 'sent') return
      const opened = isChannel ? guilds.tell(this.#deps.clock.now(), scope.target) : undefined
      if (opened !== undefined) this.#count(guildQuota, opened)
      for (const target of targets) this.#count(routeClass, target)
    })
  }

  #keyOf(routeClass: string, target: string): string {
    return `${this.#deps.appId}:quota:${routeClass}:${target}`
  }

  async #learn(routeClass: string, target: string): Promise<void> {
    const key = this.#keyOf(routeClass, target)
    // Saves of this process come before the load.
    await this.#last.get(key)
    const day = dayOf(this.#deps.clock.wall())
    const record = await this.#guarded(async (store) => store.load(key))
    this.#setCount(routeClass, target, messagesOf(record, day))
  }

  #setCount(routeClass: string, target: string, count: number): void {
    const { limiter, guilds, clock } = this.#deps
    if (routeClass === guildQuota) guilds.learn(clock.now(), target, count)
    else limiter.learn(routeClass, target, count)
  }

  /** Saves in the background. A failed save is added to the next one. */
  #count(routeClass: string, target: string): void {
    const key = this.#keyOf(routeClass, target)
    const day = dayOf(this.#deps.clock.wall())
    const unsaved = this.#unsaved.get(key)
    this.#unsaved.set(key, { day, messages: (unsaved?.day === day ? unsaved.messages : 0) + 1 })
    const before = this.#last.get(key)
    const saving = (async () => {
      await before
      await this.#save(key, routeClass, target)
    })()
    this.#last.set(key, saving)
    void saving.then(() => {
      if (this.#last.get(key) === saving) this.#last.delete(key)
    })
  }

  async #save(key: string, routeClass: string, target: string): Promise<void> {
    const unsaved = this.#unsaved.get(key)
    if (!unsaved) return
    const { day } = unsaved
    let messages = 0
    const saved = await this.#guarded(async (store) => {
      messages = messagesOf(await store.load(key), day) + unsaved.messages
      await store.save(key, { day, messages })
      return true
    })
    if (saved !== true) return
    // More messages may have been sent meanwhile.
    const left = (this.#unsaved.get(key)?.messages ?? 0) - unsaved.messages
    if (left > 0) this.#unsaved.set(key, { day, messages: left })
    else this.#unsaved.delete(key)
    this.#setCount(routeClass, target, messages)
  }

  async #guarded<T>(work: (store: QuotaStore) => Promise<T>): Promise<T | null> {
    const { store, clock, log } = this.#deps
    const onTimeout = (): Error => new Error(`no answer within ${STORE_TIMEOUT} ms`)
    try {
      const answer = await withDeadline(
        { clock, ms: STORE_TIMEOUT, onTimeout, signal: undefined },
        async () => work(store),
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
