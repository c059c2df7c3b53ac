import {
  onAbort,
  type CancelTimer,
  type Clock,
  type Limiter,
  type LimitOutcome,
  type LimitPermit,
  type LimitRefusal,
  type LimitScope,
} from '@qqkit/core'
import type { RateLimit } from '@qqkit/protocol'

import { goesBefore, Lane, type Newcomer, type Waiter } from './lane.js'
import { SlidingWindow } from './sliding-window.js'

/** What the limiter works with. */
export interface WindowLimiterParts {
  readonly clock: Clock
  /** Limits by route class; a class that is missing or `null` is not limited. */
  readonly limits: Readonly<Record<string, RateLimit | null | undefined>>
  /** Attempts under way at once, over all routes. */
  readonly concurrency: number
}

/** How long to stop after a refusal that names no time, in ms. */
const PAUSE = 1000
const UNLIMITED = { requests: Infinity, windowMs: 0 }
/** What a target counts for; where a limit counts per admin, that is the bot. */
const PER_TARGET: ReadonlySet<RateLimit['per']> = new Set(['channel', 'guild'])
/** Lanes kept before idle ones are looked for. */
const SWEEP_AT = 512

/** Keeps one process inside the documented limits: exact windows per route class and target, and so many at once. */
export class WindowLimiter implements Limiter {
  readonly #clock: Clock
  readonly #limits: WindowLimiterParts['limits']
  readonly #concurrency: number
  readonly #lanes = new Map<string, Lane>()
  readonly #waiting = new Set<Lane>()
  #sweepAt = SWEEP_AT
  #order = 0
  #busy = 0
  #timer: { readonly due: number; readonly cancel: CancelTimer } | undefined

  constructor(parts: WindowLimiterParts) {
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#concurrency = parts.concurrency
  }

  /** Attempts under way and calls waiting, for tests and status pages. */
  snapshot(): { readonly busy: number; readonly waiting: number } {
    let waiting = 0
    for (const lane of this.#waiting) waiting += lane.size
    return { busy: this.#busy, waiting }
  }

  /** Budgets that it keeps track of, for tests of its memory. */
  get lanes(): number {
    return this.#lanes.size
  }

  take(scope: LimitScope): LimitPermit | undefined {
    if (this.#busy >= this.#concurrency) return undefined
    const now = this.#clock.now()
    const lane = this.#laneOf(scope, now)
    return lane.readyAt(now, scope) <= now ? this.#grant(lane, now) : undefined
  }

  async acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal> {
    signal.throwIfAborted()
    const place = this.take(scope)
    if (place) return place
    const now = this.#clock.now()
    const lane = this.#laneOf(scope, now)
    const ready = lane.readyAt(now, scope)
    // Waiting for one of the attempts under way to end is no matter of budgets: it is not refused.
    if (ready - now > scope.maxWait) return { granted: false, retryAfter: ready - now }
    return this.#wait(lane, scope, signal)
  }

  #laneOf({ routeClass, target }: LimitScope, now: number): Lane {
    const limit = this.#limits[routeClass]
    const name = limit && PER_TARGET.has(limit.per) ? `${routeClass} ${target}` : routeClass
    const known = this.#lanes.get(name)
    if (known) return known
    if (this.#lanes.size >= this.#sweepAt) this.#sweep(now)
    const lane = new Lane(new SlidingWindow(limit ?? UNLIMITED))
    this.#lanes.set(name, lane)
    return lane
  }

  /** Forgets lanes without a memory. Looks again only after twice as many, so that it costs nothing per call. */
  #sweep(now: number): void {
    for (const [name, lane] of this.#lanes) if (lane.idle(now)) this.#lanes.delete(name)
    this.#sweepAt = Math.max(SWEEP_AT, this.#lanes.size * 2)
  }

  #wait(lane: Lane, { priority, proactive = false }: Newcomer, signal: AbortSignal): Promise<LimitPermit> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        proactive,
        order: this.#order++,
        grant: (permit) => {
          leave()
          resolve(permit)
        },
      }
      const leave = onAbort(signal, () => {
        this.#leave(lane, waiter)
        reject(signal.reason as Error)
        this.#pump()
      })
      lane.add(waiter)
      this.#waiting.add(lane)
      this.#pump()
    })
  }

  #leave(lane: Lane, waiter: Waiter): void {
    lane.remove(waiter)
    if (lane.size === 0) this.#waiting.delete(lane)
  }

  #grant(lane: Lane, now: number): LimitPermit {
    lane.window.take(now)
    this.#busy += 1
    let settled = false
    return {
      granted: true,
      settle: (outcome) => {
        if (settled) return
        settled = true
        this.#settle(lane, now, outcome)
      },
    }
  }

  #settle(lane: Lane, stamp: number, outcome: LimitOutcome): void {
    this.#busy -= 1
    if (outcome.kind === 'not_sent') lane.window.giveBack(stamp)
    if (outcome.kind === 'limited') {
      const until = this.#clock.now() + (outcome.retryAfter ?? PAUSE)
      if (outcome.proactive) lane.holdBack(until)
      else lane.window.block(until)
    }
    if (this.#waiting.size > 0) this.#pump()
  }

  /** Gives out what can be given out now, and sets the timer for what comes next. */
  #pump(): void {
    const now = this.#clock.now()
    while (this.#busy < this.#concurrency) {
      const next = this.#nextReady(now)
      if (!next) break
      this.#leave(next.lane, next.waiter)
      next.waiter.grant(this.#grant(next.lane, now))
    }
    let due = Infinity
    if (this.#busy < this.#concurrency) for (const lane of this.#waiting) due = Math.min(due, lane.dueAt(now))
    this.#wakeAt(due, now)
  }

  #wakeAt(due: number, now: number): void {
    if (this.#timer?.due === due) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (due === Infinity) return
    const wake = (): void => {
      this.#timer = undefined
      this.#pump()
    }
    this.#timer = { due, cancel: this.#clock.setTimer(due - now, wake) }
  }

  #nextReady(now: number): { lane: Lane; waiter: Waiter } | undefined {
    let best: { lane: Lane; waiter: Waiter } | undefined
    for (const lane of this.#waiting) {
      const waiter = lane.window.readyAt(now) > now ? undefined : lane.first(now)
      if (waiter && (!best || goesBefore(waiter, best.waiter))) best = { lane, waiter }
    }
    return best
  }
}
