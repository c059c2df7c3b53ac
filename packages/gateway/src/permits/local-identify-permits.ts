import {
  onAbort,
  systemClock,
  type Clock,
  type IdentifyPermit,
  type IdentifyPermits,
  type SessionStartLimit,
  type ShardId,
} from '@qqkit/core'

import { DailyBudget } from './daily-budget.js'
import { IdentifyWindow } from './identify-window.js'

/** Options of {@link localIdentifyPermits}. */
export interface LocalIdentifyPermitsOptions {
  /** Default: the clock of this process. */
  readonly clock?: Clock
}

/**
 * Identify permits for all shards of this process. Give the same object to every gateway of one bot. A timer is set only
 * while somebody waits.
 */
export const localIdentifyPermits = (options: LocalIdentifyPermitsOptions = {}): IdentifyPermits =>
  new LocalIdentifyPermits(options.clock ?? systemClock)

type Grant = (permit: IdentifyPermit) => void

class LocalIdentifyPermits implements IdentifyPermits {
  readonly #clock: Clock
  readonly #window = new IdentifyWindow()
  readonly #budget = new DailyBudget()
  /** In the order of asking. */
  readonly #waiting = new Set<Grant>()
  #cancelTimer: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
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
        this.#serve()
      },
    }
  }
}
