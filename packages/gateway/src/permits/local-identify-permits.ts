import {
  systemClock,
  type Clock,
  type IdentifyPermit,
  type IdentifyPermits,
  type SessionStartLimit,
  type SessionStore,
  type ShardId,
} from '@qqkit/core'
import { abortable, onAbort } from '@qqkit/core/internal'

import { DailyBudget } from './daily-budget.js'
import { IdentifyWindow } from './identify-window.js'
import type { SessionStarts } from './session-starts.js'
import { StartsBook } from './starts-book.js'

/** Options of {@link localIdentifyPermits}. */
export interface LocalIdentifyPermitsOptions {
  /** Default: the clock of this process. */
  readonly clock?: Clock
  /** Notes session starts, so that the next process keeps to the limits as well, whatever ended this one. Default: nowhere. */
  readonly store?: SessionStore
  /** Names the bot in the store. */
  readonly appId?: string
}

/**
 * Identify permits for all shards of this process. Give the same object to every gateway of one bot. A timer is set only
 * while somebody waits.
 */
export const localIdentifyPermits = (options: LocalIdentifyPermitsOptions = {}): IdentifyPermits =>
  new LocalIdentifyPermits(options)

type Grant = (permit: IdentifyPermit) => void

class LocalIdentifyPermits implements IdentifyPermits {
  readonly #clock: Clock
  readonly #window = new IdentifyWindow()
  readonly #budget = new DailyBudget()
  /** In the order of asking. */
  readonly #waiting = new Set<Grant>()
  /** `null` where nothing outlives the process. */
  readonly #book: StartsBook | null
  #cancelTimer: (() => void) | null = null

  constructor({ clock = systemClock, store, appId = 'bot' }: LocalIdentifyPermitsOptions) {
    this.#clock = clock
    const place = store?.durable ? store.common?.(appId) : undefined
    const onOpened = (found: SessionStarts | null): void => this.#restore(found)
    this.#book = place ? new StartsBook({ place, clock, onOpened, starts: () => this.#starts() }) : null
  }

  update(limit: SessionStartLimit): void {
    this.#window.resize(limit.maxConcurrency)
    this.#budget.update(limit, this.#clock.now())
    this.#serve()
  }

  budgetDelay(): number {
    return this.#budget.delay(this.#clock.now())
  }

  async acquire(_shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit> {
    signal.throwIfAborted()
    if (!this.#book) return this.#wait(signal)
    await abortable(this.#book.open(), signal)
    const permit = await this.#wait(signal)
    try {
      // Before it is used: whoever dies with it must not be forgotten.
      await abortable(this.#book.noted(), signal)
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
        this.#waiting.delete(grant)
        this.#serve()
        reject(signal.reason as Error)
      })
      this.#waiting.add(grant)
      this.#serve()
    })
  }

  /** Grants what can be granted now, and wakes up when the next one can. */
  #serve(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (const grant of this.#waiting) {
      const now = this.#clock.now()
      const delay = Math.max(this.#window.delay(now), this.#budget.delay(now))
      if (delay > 0) {
        // Infinite while every place is held: the release of one of them serves again.
        if (delay < Infinity) this.#cancelTimer = this.#clock.setTimer(delay, () => this.#serve())
        return
      }
      this.#waiting.delete(grant)
      grant(this.#take())
    }
  }

  #take(): IdentifyPermit {
    this.#window.take()
    this.#budget.take()
    let held = true
    return {
      release: ({ used }) => {
        if (!held) return
        held = false
        const now = this.#clock.now()
        this.#window.giveBack(used ? now : null)
        this.#budget.giveBack(used, now)
        this.#book?.note()
        this.#serve()
      },
    }
  }

  #starts(): SessionStarts {
    const now = this.#clock.now()
    const wallAt = (at: number): number => Math.ceil(this.#clock.wall() - now + at)
    const { notBefore } = this.#budget
    return {
      usedAt: this.#window.usedAt(now).map(wallAt),
      held: this.#window.held,
      notBefore: notBefore === null ? null : wallAt(notBefore),
    }
  }

  /** Goes on where an earlier process ended. A clock that was set back meanwhile makes nothing last longer than it does. */
  #restore(found: SessionStarts | null): void {
    if (!found) return
    const now = this.#clock.now()
    const at = (wall: number): number => now + wall - this.#clock.wall()
    this.#budget.restore(found.notBefore === null ? null : at(found.notBefore))
    for (const used of [...found.usedAt].sort((one, other) => one - other)) {
      this.#window.take()
      this.#window.giveBack(Math.min(now, at(used)))
    }
    for (let left = found.held; left > 0; left -= 1) this.#take().release({ used: true })
  }
}
