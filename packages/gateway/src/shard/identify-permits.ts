import {
  type Clock,
  type IdentifyPermit,
  type IdentifyPermits,
  type LogSink,
  type IdentifyBudget,
  type SessionStore,
  type ShardId,
  systemClock,
} from '@qqkit/core'
import { abortable, onAbort, isThenable } from '@qqkit/core/internal'

import { type SessionStarts, SessionStartStore } from './session-starts.js'

/** Options of {@link localIdentifyPermits}. */
export interface LocalIdentifyPermitsOptions {
  /** Default: the clock of this process. */
  readonly clock?: Clock
  /** Stores session starts, so that the next process keeps to the limits too, even after a crash. Default: none. */
  readonly store?: SessionStore
  /** Names the bot in the store. */
  readonly appId?: string
}

/**
 * Identify permits for all shards of this process. Give the same object to every gateway of one bot.
 *
 * @example
 * const permits = localIdentifyPermits({ store, appId })
 * const one = new Gateway({ access, intents, appId, store, permits, shards: { ids: [0], total: 2 } })
 * const two = new Gateway({ access, intents, appId, store, permits, shards: { ids: [1], total: 2 } })
 */
export const localIdentifyPermits = (options: LocalIdentifyPermitsOptions = {}): IdentifyPermits =>
  new LocalIdentifyPermits(options)

type Grant = (permit: IdentifyPermit) => void

class LocalIdentifyPermits implements IdentifyPermits {
  readonly #clock: Clock
  readonly #window = new IdentifyWindow()
  readonly #budget = new DailyBudget()
  /** In the order of their requests. */
  #waiting: readonly Grant[] = []
  /** `null` without a durable store. */
  readonly #starts: SessionStartStore | null
  #cancelTimer: (() => void) | null = null

  constructor({ clock = systemClock, store, appId = 'bot' }: LocalIdentifyPermitsOptions) {
    this.#clock = clock
    const place = store?.durable ? store.common?.(appId) : undefined
    const onOpened = (found: SessionStarts | null): void => this.#restore(found)
    this.#starts = place
      ? new SessionStartStore({ place, clock, onOpened, starts: () => this.#snapshot() })
      : null
  }

  update(limit: IdentifyBudget): void {
    this.#window.resize(limit.maxConcurrency)
    this.#budget.update(limit, this.#clock.now())
    this.#serve()
  }

  budgetDelay(): number {
    return this.#budget.delay(this.#clock.now())
  }

  async acquire(_shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit> {
    signal.throwIfAborted()
    if (!this.#starts) return this.#wait(signal)
    await abortable(this.#starts.open(), signal)
    const permit = await this.#wait(signal)
    try {
      // Stored before use, so that a permit of a process that dies still counts.
      await abortable(this.#starts.flush(), signal)
      return permit
    } catch (error) {
      permit.release({ used: false })
      throw error
    }
  }

  async #wait(signal: AbortSignal): Promise<IdentifyPermit> {
    return new Promise<IdentifyPermit>((resolve, reject) => {
      const grant = (permit: IdentifyPermit): void => {
        leave()
        resolve(permit)
      }
      const leave = onAbort(signal, () => {
        this.#waiting = this.#waiting.filter((one) => one !== grant)
        this.#serve()
        reject(signal.reason as Error)
      })
      this.#waiting = this.#waiting.concat(grant)
      this.#serve()
    })
  }

  /** Grants as many permits as allowed now, and sets a timer for the next one. */
  #serve(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (let [grant] = this.#waiting; grant; [grant] = this.#waiting) {
      const now = this.#clock.now()
      const delay = Math.max(this.#window.delay(now), this.#budget.delay(now))
      if (delay > 0) {
        // Infinite while every slot is held: releasing one serves again.
        if (delay < Infinity) this.#cancelTimer = this.#clock.setTimer(delay, () => this.#serve())
        return
      }
      this.#waiting = this.#waiting.slice(1)
      grant(this.#take())
    }
  }

  #take(): IdentifyPermit {
    this.#window.take()
    const pause = this.#budget.take(this.#clock.now())
    let held = true
    return {
      release: ({ used }) => {
        if (!held) return
        held = false
        const now = this.#clock.now()
        this.#window.giveBack(used ? now : null)
        this.#budget.giveBack(used, pause)
        this.#starts?.mark()
        this.#serve()
      },
    }
  }

  #snapshot(): SessionStarts {
    const now = this.#clock.now()
    const wallAt = (at: number): number => Math.ceil(this.#clock.wall() - now + at)
    const { notBefore } = this.#budget
    return {
      usedAt: this.#window.usedAt(now).map(wallAt),
      held: this.#window.held,
      notBefore: notBefore === null ? null : wallAt(notBefore),
    }
  }

  /** Restores what an earlier process stored. A clock that was set back meanwhile does not prolong any wait. */
  #restore(found: SessionStarts | null): void {
    if (!found) return
    const now = this.#clock.now()
    const at = (wall: number): number => now + wall - this.#clock.wall()
    this.#budget.restore(found.notBefore === null ? null : at(found.notBefore))
    for (const used of [...found.usedAt].sort((one, other) => one - other)) {
      this.#window.take()
      this.#window.giveBack(Math.min(now, at(used)))
    }
    for (let left = found.held; left > 0; left -= 1) {
      this.#window.take()
      this.#window.giveBack(now)
      this.#budget.use()
    }
  }
}

/** The user's permits: `update` and `release` may be `async` there, and a rejection becomes a log record. */
export class GuardedPermits implements IdentifyPermits {
  readonly #permits: IdentifyPermits
  readonly #log: LogSink

  constructor(permits: IdentifyPermits, log: LogSink) {
    this.#permits = permits
    this.#log = log
  }

  update(limit: IdentifyBudget): void {
    this.#watch(this.#permits.update(limit))
  }

  budgetDelay(): number {
    return this.#permits.budgetDelay()
  }

  async acquire(shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit> {
    const permit: IdentifyPermit | undefined = await this.#permits.acquire(shard, signal)
    // A missing permit is left to the driver, which treats it as an error.
    return permit ? { release: (use) => this.#watch(permit.release(use)) } : permit
  }

  #watch(result: unknown): void {
    if (!isThenable(result)) return
    void Promise.resolve(result).catch((error: unknown) =>
      this.#log({
        level: 'warn',
        event: 'gateway.permits_failed',
        message: 'update() or release() of the identify permits failed',
        error,
      }),
    )
  }
}

/** An empty budget that claims to be reset already contradicts itself: it is believed after this many ms. */
const SHORTEST_RESET = 1000

/** How long a budget lasts when the platform does not say (§3.1). */
const DAY = 24 * 3_600_000

/** When less than this part of the budget is left, the rest is spread over the time to the reset; … */
const SPREAD_BELOW = 0.5

/** … except for the share of this part of the time, which may be used at once, so that many shards can start together. */
const AT_ONCE = 0.1

/** The session starts left for the day, as far as this process knows (§3.1). Unlimited before the first answer. */
class DailyBudget {
  #total = Infinity
  #remaining = Infinity
  #resetAt = Infinity
  #held = 0
  /** While the budget is spread: no start is allowed before this time. Permits that are held are counted already. */
  #notBefore: number | null = null

  /** Takes the platform's numbers, minus the permits that are held, which the platform does not know yet. */
  update(limit: IdentifyBudget, now: number): void {
    // A total of 0 would never allow a start, not even after the reset.
    this.#total = Math.max(1, limit.total)
    this.#remaining = limit.remaining - this.#held
    this.#resetAt =
      now + (limit.remaining > 0 ? limit.resetAfter : Math.max(limit.resetAfter, SHORTEST_RESET))
  }

  /** ms until an Identify is allowed. */
  delay(now: number): number {
    if (now >= this.#resetAt) {
      this.#remaining = this.#total - this.#held
      this.#resetAt = now + DAY
    }
    if (this.#remaining <= 0) return this.#resetAt - now
    if (!this.#isSpread() || this.#notBefore === null) return 0
    // The process that stored it may have had another clock: one pause is the longest wait.
    this.#notBefore = Math.min(this.#notBefore, now + this.#pause(now))
    return Math.max(0, this.#notBefore - now)
  }

  /** While the budget is spread: when the next start is allowed. */
  get notBefore(): number | null {
    return this.#notBefore
  }

  /** Continues with the value of an earlier process. */
  restore(notBefore: number | null): void {
    this.#notBefore = notBefore
  }

  /** Counts a permit that is now held, and returns the pause that it costs, in ms. */
  take(now: number): number {
    this.#remaining -= 1
    this.#held += 1
    if (!this.#isSpread()) {
      this.#notBefore = null
      return 0
    }
    const left = Math.max(0, this.#resetAt - now)
    if (left === Infinity) return 0
    const pause = this.#pause(now)
    this.#notBefore = Math.max(this.#notBefore ?? -Infinity, now - left * AT_ONCE) + pause
    return pause
  }

  giveBack(used: boolean, pause: number): void {
    this.#held -= 1
    if (used) return
    this.#remaining += 1
    if (this.#notBefore !== null) this.#notBefore -= pause
  }

  /** Counts a permit that an earlier process held when it died; its pause is in the stored time. */
  use(): void {
    this.#remaining -= 1
  }

  #pause(now: number): number {
    return Math.ceil(Math.max(0, this.#resetAt - now) / Math.max(1, this.#remaining))
  }

  #isSpread(): boolean {
    return this.#remaining < this.#total * SPREAD_BELOW
  }
}

/** `max_concurrency` counts session starts in this many ms (§3.1). */
const WINDOW = 5000

/** Slots for the Identifies of any 5 s. A permit holds its slot until its release, and for 5 s more if it was used. */
class IdentifyWindow {
  #slots = 1
  #held = 0
  /** When each used slot becomes free, ascending. */
  #coolingUntil: readonly number[] = []

  /** How many are held. */
  get held(): number {
    return this.#held
  }

  /** When the Identifies of the last 5 s were sent, ascending. */
  usedAt(now: number): readonly number[] {
    return this.#coolingUntil.filter((until) => until > now).map((until) => until - WINDOW)
  }

  resize(slots: number): void {
    this.#slots = slots
  }

  /** ms until a slot is free; `Infinity` when only a release can free one. */
  delay(now: number): number {
    if ((this.#coolingUntil[0] ?? Infinity) <= now)
      this.#coolingUntil = this.#coolingUntil.filter((until) => until > now)
    // After a shrink more than one slot has to become free.
    const excess = this.#held + this.#coolingUntil.length - this.#slots
    return excess < 0 ? 0 : (this.#coolingUntil[excess] ?? Infinity) - now
  }

  take(): void {
    this.#held += 1
  }

  /** @param usedAt when an Identify was sent; `null` when none was */
  giveBack(usedAt: number | null): void {
    this.#held -= 1
    if (usedAt !== null) this.#coolingUntil = this.#coolingUntil.concat(usedAt + WINDOW)
  }
}
