import type {
  CancelTimer,
  Clock,
  Limiter,
  LimitOutcome,
  LimitPermit,
  LimitRefusal,
  LimitScope,
} from '@qqkit/core'
import { onAbort, permit, timedPermit } from '@qqkit/core/internal'
import { isPerTarget, type ProactiveQuota, type RateLimit } from '@qqkit/protocol'

import { Shares } from './shares.js'
import { Turns } from './turns.js'
import { AnswerWindow, DayWindow, SlidingWindow, type Window } from './windows.js'

/** A call that waits for room. */
export interface Waiter {
  readonly priority: number
  /** The target of the call, e.g. a user. */
  readonly target: string
  /** The round in which the call has its turn, see {@link Turns}. */
  readonly round: number
  /** Order of arrival, for calls of the same round. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

type QueuePosition = Pick<Waiter, 'priority' | 'round' | 'order'>

/** Order of waiting calls: by priority, then by round, then by arrival. */
const goesBefore = (one: QueuePosition, other: QueuePosition): boolean => {
  if (one.priority !== other.priority) return one.priority < other.priority
  return one.round === other.round ? one.order < other.order : one.round < other.round
}

/** Waiting calls in their order. A call that comes back from another list keeps its turn. */
export class WaitingList {
  readonly #waiters: Waiter[] = []

  get size(): number {
    return this.#waiters.length
  }

  get first(): Waiter | undefined {
    return this.#waiters[0]
  }

  /** How many calls go before a newcomer. */
  ahead({ priority, round }: Pick<Waiter, 'priority' | 'round'>): number {
    const newcomer = { priority, round, order: Infinity }
    return this.#place((waiter) => goesBefore(waiter, newcomer))
  }

  add(waiter: Waiter): void {
    const place = this.#place((other) => goesBefore(other, waiter))
    if (place === this.#waiters.length) this.#waiters.push(waiter)
    else this.#waiters.splice(place, 0, waiter)
  }

  remove(waiter: Waiter): void {
    const place = this.#place((other) => goesBefore(other, waiter))
    if (this.#waiters[place] !== waiter) return
    if (place === 0) this.#waiters.shift()
    else this.#waiters.splice(place, 1)
  }

  /** Binary search: how many calls, from the front, satisfy `isBefore`. */
  #place(isBefore: (waiter: Waiter) => boolean): number {
    let [low, high] = [0, this.#waiters.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const waiter = this.#waiters[middle]
      if (waiter && isBefore(waiter)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * Windows that count attempts, a hold after a refusal, and the calls waiting for both. It takes and returns times, and
 * sets no timers.
 */
export class Throttle {
  readonly waiting: WaitingList = new WaitingList()
  readonly #windows: readonly Window[]
  #heldUntil = -Infinity

  constructor(windows: readonly Window[]) {
    this.#windows = windows
  }

  /** When the call behind `ahead` others may go. */
  readyAt(now: number, ahead: number): number {
    let ready = Math.max(now, this.#heldUntil)
    for (const window of this.#windows) ready = Math.max(ready, window.readyAt(now, ahead))
    return ready
  }

  /** When a newcomer may go, behind the waiting calls before it. */
  readyFor(now: number, newcomer: Pick<Waiter, 'priority' | 'round'>): number {
    return this.readyAt(now, this.waiting.size === 0 ? 0 : this.waiting.ahead(newcomer))
  }

  take(now: number): void {
    for (const window of this.#windows) window.take(now)
  }

  end(stamp: number, at: number | null): void {
    for (const window of this.#windows) window.end(stamp, at)
  }

  learn(now: number, count: number): void {
    for (const window of this.#windows) window.learn?.(now, count)
  }

  /** Stops all calls before `until`. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Whether it holds no state that matters. */
  idle(now: number): boolean {
    return (
      this.waiting.size === 0 && this.#heldUntil <= now && this.#windows.every((window) => window.idle(now))
    )
  }
}

/** Makes the windows of one throttle. */
export type WindowsOf = (target: string) => readonly Window[]

/** Hold after a refusal that names no time, in ms. */
const PAUSE = 1000
/** After this many targets refused in a row, the whole class is held. */
const SEVERAL = 3
/** Number of targets at which idle ones are removed. */
const SWEEP_AT = 512

/** The budget of one route class: one throttle for the whole class, and one per target. */
export class Budget {
  /** The throttle of the whole class. */
  readonly whole: Throttle
  /** Whether there is any window. */
  readonly isLimited: boolean
  readonly #perTarget: WindowsOf | null
  readonly #shares: readonly Shares[]
  #targets: Map<string, Throttle> | undefined
  /** Targets refused since the last attempt that was accepted. */
  #refused: Set<string> | undefined
  #sweepAt = SWEEP_AT

  /**
   * @param perTarget `null` if nothing is counted per target
   * @param shares fair shares of the windows of the whole class
   */
  constructor(whole: WindowsOf, perTarget: WindowsOf | null, shares: readonly Shares[]) {
    const windows = whole('')
    this.whole = new Throttle(windows)
    this.isLimited = windows.length > 0 || perTarget !== null
    this.#perTarget = perTarget
    this.#shares = shares
  }

  /** Number of throttles. */
  get size(): number {
    return 1 + (this.#targets?.size ?? 0)
  }

  /** The throttle of a target; `undefined` if nothing restricts the target. */
  throttleOf(target: string, now: number): Throttle | undefined {
    const known = this.#targets?.get(target)
    if (known) return known
    const counted = this.#perTarget !== null || (target !== '' && !this.#allows(target, now))
    return counted ? this.#open(target, now) : undefined
  }

  /** Counts an attempt. */
  take(target: string, now: number): void {
    this.throttleOf(target, now)?.take(now)
    this.whole.take(now)
    for (const shares of this.#shares) shares.take(now, target)
  }

  /** Ends an attempt that was granted at `stamp`: it counts from `at` on, or not at all. */
  end(target: string, stamp: number, at: number | null): void {
    this.#targets?.get(target)?.end(stamp, at)
    this.whole.end(stamp, at)
    for (const shares of this.#shares) shares.end(stamp, target, at)
  }

  /** An attempt was accepted, so the class is not limited. */
  pass(): void {
    this.#refused = undefined
  }

  /**
   * An attempt was refused as too frequent: its target is held, and the class if several targets in a row were refused.
   */
  refuse(target: string, now: number, asked: number | null): void {
    const until = now + (asked ?? PAUSE)
    const refused = (this.#refused ??= new Set())
    refused.add(target)
    const targetThrottle = this.#targets?.get(target) ?? this.#open(target, now)
    targetThrottle.hold(until)
    if (target === '' || refused.size >= SEVERAL) this.whole.hold(until)
  }

  /** Adds a target, and removes idle ones when the number has doubled, so that this costs nothing per call. */
  #open(target: string, now: number): Throttle {
    const targets = (this.#targets ??= new Map())
    if (targets.size >= this.#sweepAt) {
      for (const [name, throttle] of targets) if (throttle.idle(now)) targets.delete(name)
      this.#sweepAt = Math.max(SWEEP_AT, targets.size * 2)
    }
    const shares = target === '' ? [] : this.#shares.map((one) => one.of(target))
    const throttle = new Throttle([...(this.#perTarget?.(target) ?? []), ...shares])
    targets.set(target, throttle)
    return throttle
  }

  #allows(target: string, now: number): boolean {
    return this.#shares.every((shares) => shares.allows(target, now))
  }
}

/**
 * A number of requests in a time, for the whole bot or per target. A day is a calendar day in China.
 *
 * @example
 * const limit: WindowLimit = { requests: 20, windowMs: 60_000, per: 'bot' }
 */
export interface WindowLimit extends Pick<RateLimit, 'requests' | 'windowMs'> {
  readonly per: RateLimit['per'] | ProactiveQuota['per']
}

/** Options of {@link WindowLimiter}. */
export interface WindowLimiterOptions {
  readonly clock: Clock
  /** Limits by route class, all of which apply; a missing or `null` class is not limited. */
  readonly limits: Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null | undefined>>
  /** Attempts at once, over all routes. */
  readonly concurrency: number
  /** Additional attempts at once for priority 0 only, so that others cannot block them. Default 0. */
  readonly reserved?: number
  /** Additional windows of targets by route class, for limits that several targets share. They count by the day. */
  readonly beside?: Readonly<Record<string, { of(target: string): Window }>>
  /**
   * Whether an attempt counts from its grant (default) or from its answer, the latest time at which it can have
   * arrived.
   */
  readonly countsFrom?: 'grant' | 'answer'
}

const DAY = 86_400_000
/** Priorities up to this one may take the reserved places. */
const URGENT = 0

/** A waiting call and its throttle. */
interface QueuedWaiter {
  readonly waiter: Waiter
  readonly budget: Budget
  throttle: Throttle
}

/** All calls that wait. */
interface WaitingCalls {
  /** Throttles with waiting calls, and their budgets. */
  readonly occupied: Map<Throttle, Budget>
  readonly waiting: Map<Waiter, QueuedWaiter>
  readonly turns: Turns
  /** How many calls have begun to wait. */
  order: number
}

/** Key of the calls that take turns; `null` without a target. */
const flowOf = ({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): string | null =>
  target === '' ? null : `${routeClass} ${target}`

/**
 * Keeps one process inside the documented limits: exact windows per route class and target, and a number of attempts at
 * once. An attempt passes the throttle of its target, then that of its class, then takes a place; a waiting call is
 * listed at the first closed throttle, or at that of its class while it waits for a place. Targets take turns, and no
 * target takes the last places of a class.
 *
 * @example
 * const limiter = new WindowLimiter({ clock: systemClock, concurrency: 64, limits: rateLimits })
 * const first = new Rest({ ...options, limiter })
 */
export class WindowLimiter implements Limiter {
  readonly #options: WindowLimiterOptions
  readonly #clock: Clock
  readonly #reserved: number
  readonly #budgets = new Map<string, Budget>()
  /** `undefined` until a call waits. */
  #made: WaitingCalls | undefined
  #busy = 0
  #timer: { readonly due: number; readonly cancel: CancelTimer } | undefined

  constructor(options: WindowLimiterOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#reserved = options.reserved ?? 0
  }

  /** Attempts in flight and waiting calls, for tests and status pages. */
  snapshot(): { readonly busy: number; readonly waiting: number } {
    return { busy: this.#busy, waiting: this.#made?.waiting.size ?? 0 }
  }

  get #crowded(): boolean {
    return this.#made !== undefined && this.#made.waiting.size > 0
  }

  get #calls(): WaitingCalls {
    return (this.#made ??= { occupied: new Map(), waiting: new Map(), turns: new Turns(), order: 0 })
  }

  /** Number of throttles kept in memory, for tests. */
  get size(): number {
    let count = 0
    for (const budget of this.#budgets.values()) count += budget.size
    return count
  }

  /** Keys under which an attempt counts by the day: its target, or `''` for all together. */
  dailyTargets({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): readonly string[] {
    if (this.#options.countsFrom !== 'answer') return []
    const daily = this.#limitsOf(routeClass).filter(({ windowMs }) => windowMs === DAY)
    const targets = daily.map((limit) => (isPerTarget(limit) ? target : ''))
    return [...new Set(this.#options.beside?.[routeClass] ? [...targets, target] : targets)]
  }

  /** Raises a daily count to that of a store which counts beyond this process. */
  learn(routeClass: string, target: string, count: number): void {
    const now = this.#clock.now()
    const budget = this.#budgetOf(routeClass)
    const throttle = target === '' ? budget.whole : budget.throttleOf(target, now)
    throttle?.learn(now, count)
  }

  take(scope: LimitScope): LimitPermit | undefined {
    if (!this.#hasPlace(scope.priority)) return undefined
    const now = this.#clock.now()
    const budget = this.#budgetOf(scope.routeClass)
    return this.#readyFor(budget, scope, now) > now ? undefined : this.#grant(budget, scope.target, now)
  }

  async acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal> {
    signal.throwIfAborted()
    const place = this.take(scope)
    if (place) return place
    const now = this.#clock.now()
    const budget = this.#budgetOf(scope.routeClass)
    const ready = this.#readyFor(budget, scope, now)
    // Waiting for a place among the attempts at once does not depend on a budget, so it is never refused.
    if (ready - now > scope.maxWait) return { granted: false, retryAfter: ready - now }
    return this.#wait(budget, scope, signal)
  }

  /** When a new call may pass both throttles. */
  #readyFor(budget: Budget, scope: LimitScope, now: number): number {
    const throttle = budget.throttleOf(scope.target, now)
    if (!this.#crowded)
      return Math.max(throttle ? throttle.readyAt(now, 0) : now, budget.whole.readyAt(now, 0))
    const newcomer = { priority: scope.priority, round: this.#calls.turns.next(flowOf(scope)) }
    const byTarget = throttle?.readyFor(now, newcomer) ?? now
    return Math.max(byTarget, budget.whole.readyFor(now, newcomer))
  }

  #hasPlace(priority: number): boolean {
    return this.#busy < this.#options.concurrency + (priority <= URGENT ? this.#reserved : 0)
  }

  #budgetOf(routeClass: string): Budget {
    const known = this.#budgets.get(routeClass)
    if (known) return known
    const limits = this.#limitsOf(routeClass)
    const perTarget = limits.filter(isPerTarget)
    const whole = limits.filter((limit) => !isPerTarget(limit))
    const beside = this.#options.beside?.[routeClass]
    const windowsOf = (target: string): readonly Window[] => [
      ...perTarget.map((limit) => this.#windowOf(limit)),
      ...(beside ? [beside.of(target)] : []),
    ]
    const budget = new Budget(
      () => whole.map((limit) => this.#windowOf(limit)),
      perTarget.length === 0 && !beside ? null : windowsOf,
      whole.filter(({ windowMs }) => windowMs < DAY).map((limit) => new Shares(limit)),
    )
    this.#budgets.set(routeClass, budget)
    return budget
  }

  #limitsOf(routeClass: string): readonly WindowLimit[] {
    return [this.#options.limits[routeClass] ?? []].flat()
  }

  #windowOf(limit: WindowLimit): Window {
    if (this.#options.countsFrom !== 'answer') return new SlidingWindow(limit)
    return new AnswerWindow(
      limit.windowMs === DAY
        ? new DayWindow(limit.requests, () => this.#clock.wall())
        : new SlidingWindow(limit),
    )
  }

  #wait(budget: Budget, scope: LimitScope, signal: AbortSignal): Promise<LimitPermit> {
    const { target, priority } = scope
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        target,
        round: this.#calls.turns.join(flowOf(scope)),
        order: this.#calls.order++,
        grant: (permit) => {
          leave()
          resolve(permit)
        },
      }
      const leave = onAbort(signal, () => {
        this.#dequeue(waiter)
        reject(signal.reason as Error)
        this.#pump()
      })
      this.#enqueue(waiter, budget, budget.throttleOf(target, this.#clock.now()) ?? budget.whole)
      this.#pump()
    })
  }

  #enqueue(waiter: Waiter, budget: Budget, throttle: Throttle): void {
    throttle.waiting.add(waiter)
    this.#calls.occupied.set(throttle, budget)
    this.#calls.waiting.set(waiter, { waiter, budget, throttle })
  }

  #dequeue(waiter: Waiter): void {
    const queued = this.#calls.waiting.get(waiter)
    if (!queued) return
    this.#calls.waiting.delete(waiter)
    queued.throttle.waiting.remove(waiter)
    if (queued.throttle.waiting.size === 0) this.#calls.occupied.delete(queued.throttle)
    if (!this.#crowded) this.#calls.turns.clear()
  }

  #grant(budget: Budget, target: string, now: number): LimitPermit {
    budget.take(target, now)
    this.#busy += 1
    const onSettled = (outcome: LimitOutcome): void => this.#settle(budget, target, now, outcome)
    const countsAtOnce = budget.isLimited && this.#options.countsFrom !== 'answer'
    return countsAtOnce ? timedPermit(onSettled, { clock: this.#clock, since: now }) : permit(onSettled)
  }

  #settle(budget: Budget, target: string, stamp: number, outcome: LimitOutcome): void {
    this.#busy -= 1
    if (outcome.kind === 'not_sent') budget.end(target, stamp, null)
    else {
      if (outcome.kind === 'sent') budget.pass()
      else budget.refuse(target, this.#clock.now(), outcome.retryAfter)
      if (this.#options.countsFrom === 'answer') budget.end(target, stamp, this.#clock.now())
    }
    if (this.#crowded) this.#pump()
  }

  /** Grants what can be granted now, and sets the timer for the next grant. */
  #pump(): void {
    const now = this.#clock.now()
    for (let next = this.#next(now); next; next = this.#next(now)) {
      const { waiter, budget } = next
      const { target } = waiter
      const closed = this.#closedThrottle(budget, target, now)
      this.#dequeue(waiter)
      if (closed) this.#enqueue(waiter, budget, closed)
      else {
        this.#calls.turns.serve(waiter.round)
        waiter.grant(this.#grant(budget, target, now))
      }
    }
    let due = Infinity
    for (const throttle of this.#calls.occupied.keys()) {
      const ready = throttle.readyAt(now, 0)
      // The call at an open throttle waits for a place, which the end of an attempt frees.
      if (ready > now) due = Math.min(due, ready)
    }
    this.#wakeAt(due, now)
  }

  /** The throttle that stops an attempt now. */
  #closedThrottle(budget: Budget, target: string, now: number): Throttle | undefined {
    const throttle = budget.throttleOf(target, now)
    if (throttle && throttle.readyAt(now, 0) > now) return throttle
    return budget.whole.readyAt(now, 0) > now ? budget.whole : undefined
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

  /** The next call whose throttle is open and for which there is a place. */
  #next(now: number): QueuedWaiter | undefined {
    let best: Waiter | undefined
    for (const throttle of this.#calls.occupied.keys()) {
      const { first } = throttle.waiting
      if (!first || !this.#hasPlace(first.priority) || throttle.readyAt(now, 0) > now) continue
      if (!best || goesBefore(first, best)) best = first
    }
    return best && this.#calls.waiting.get(best)
  }
}
