import type {
  CancelTimer,
  Clock,
  Limiter,
  LimitOutcome,
  LimitPermit,
  LimitRefusal,
  LimitScope,
} from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'
import type { ProactiveQuota, RateLimit } from '@qqkit/protocol'

import { Shares } from './shares.js'
import { Turns } from './turns.js'
import { DayWindow, SlidingWindow, type Window } from './windows.js'

/** Someone who waits for a place. */
export interface Waiter {
  readonly priority: number
  /** What it is for, e.g. a user. */
  readonly target: string
  /** The round in which it has its turn. */
  readonly round: number
  /** When it came, for the order among equals. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

type QueuePosition = Pick<Waiter, 'priority' | 'round' | 'order'>

/** Whether one goes before another: the more urgent first, then by rounds, those of one round in the order in which they came. */
const goesBefore = (one: QueuePosition, other: QueuePosition): boolean => {
  if (one.priority !== other.priority) return one.priority < other.priority
  return one.round === other.round ? one.order < other.order : one.round < other.round
}

/** Those who wait for the same thing, in the order in which they go: whoever comes back from elsewhere keeps its turn. */
export class WaitingList {
  readonly #waiters: Waiter[] = []

  get size(): number {
    return this.#waiters.length
  }

  get first(): Waiter | undefined {
    return this.#waiters[0]
  }

  /** How many go before a newcomer. */
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

  /** How many of them, from the front, are before a place. */
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
 * What attempts have to pass: windows that count them, and a hold after a refusal. Pure but for its own memory: times come
 * in, times go out.
 */
export class Throttle {
  readonly waiting: WaitingList = new WaitingList()
  readonly #windows: readonly Window[]
  #heldUntil = -Infinity

  constructor(windows: readonly Window[]) {
    this.#windows = windows
  }

  /** When the one behind `ahead` others passes. */
  readyAt(now: number, ahead: number): number {
    let ready = Math.max(now, this.#heldUntil)
    for (const window of this.#windows) ready = Math.max(ready, window.readyAt(now, ahead))
    return ready
  }

  /** When a newcomer passes, behind those who wait and go before it. */
  readyFor(now: number, newcomer: Pick<Waiter, 'priority' | 'round'>): number {
    return this.readyAt(now, this.waiting.size === 0 ? 0 : this.waiting.ahead(newcomer))
  }

  take(now: number): void {
    for (const window of this.#windows) window.take(now)
  }

  giveBack(stamp: number): void {
    for (const window of this.#windows) window.giveBack(stamp)
  }

  learn(now: number, count: number): void {
    for (const window of this.#windows) window.learn?.(now, count)
  }

  /** Lets nobody pass before `until`. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean {
    return (
      this.waiting.size === 0 && this.#heldUntil <= now && this.#windows.every((window) => window.idle(now))
    )
  }
}

/** Makes the windows of a throttle, each throttle its own. */
export type WindowsOf = (target: string) => readonly Window[]

/** How long a refusal holds back that names no time, in ms. */
const PAUSE = 1000
/** So many targets refused in a row, and it is no matter of one of them. */
const SEVERAL = 3
/** Throttles of targets kept before idle ones are looked for. */
const SWEEP_AT = 512

/** The budget of one class of routes, as a whole and by target. */
export class Budget {
  /** What every attempt of the class passes. */
  readonly whole: Throttle
  readonly #perTarget: WindowsOf | null
  readonly #shares: readonly Shares[]
  readonly #targets = new Map<string, Throttle>()
  /** Targets that were refused since the last attempt that was not. */
  readonly #refused = new Set<string>()
  #sweepAt = SWEEP_AT

  /**
   * @param perTarget `null` where nothing is counted by target
   * @param shares of the windows that are counted as a whole
   */
  constructor(whole: WindowsOf, perTarget: WindowsOf | null, shares: readonly Shares[]) {
    this.whole = new Throttle(whole(''))
    this.#perTarget = perTarget
    this.#shares = shares
  }

  /** Throttles that it keeps. */
  get size(): number {
    return 1 + this.#targets.size
  }

  /** The throttle of a target; `undefined` where nothing is known against it. */
  throttleOf(target: string, now: number): Throttle | undefined {
    const known = this.#targets.get(target)
    if (known) return known
    const counted = this.#perTarget !== null || (target !== '' && !this.#allows(target, now))
    return counted ? this.#open(target, now) : undefined
  }

  /** An attempt takes its place. */
  take(target: string, now: number): void {
    this.throttleOf(target, now)?.take(now)
    this.whole.take(now)
    for (const shares of this.#shares) shares.take(now, target)
  }

  /** The place taken at `stamp` is free again. */
  giveBack(target: string, stamp: number): void {
    this.#targets.get(target)?.giveBack(stamp)
    this.whole.giveBack(stamp)
    for (const shares of this.#shares) shares.giveBack(stamp, target)
  }

  /** An attempt was not refused as too frequent: so the class is not. */
  pass(): void {
    if (this.#refused.size > 0) this.#refused.clear()
  }

  /** An attempt was refused as too frequent: its target is held back, the class when several targets in a row were. */
  refuse(target: string, now: number, asked: number | null): void {
    const until = now + (asked ?? PAUSE)
    this.#refused.add(target)
    const targetThrottle = this.#targets.get(target) ?? this.#open(target, now)
    targetThrottle.hold(until)
    if (target === '' || this.#refused.size >= SEVERAL) this.whole.hold(until)
  }

  /** Forgets targets without a memory. Looks again only after twice as many, so that it costs nothing per call. */
  #open(target: string, now: number): Throttle {
    if (this.#targets.size >= this.#sweepAt) {
      for (const [name, throttle] of this.#targets) if (throttle.idle(now)) this.#targets.delete(name)
      this.#sweepAt = Math.max(SWEEP_AT, this.#targets.size * 2)
    }
    const shares = target === '' ? [] : this.#shares.map((one) => one.of(target))
    const throttle = new Throttle([...(this.#perTarget?.(target) ?? []), ...shares])
    this.#targets.set(target, throttle)
    return throttle
  }

  #allows(target: string, now: number): boolean {
    return this.#shares.every((shares) => shares.allows(target, now))
  }
}

/** So many in a time, for the whole bot or for each target. A day is one of China's, from midnight to midnight. */
export interface WindowLimit extends Pick<RateLimit, 'requests' | 'windowMs'> {
  readonly per: RateLimit['per'] | ProactiveQuota['per']
}

/** What the limiter works with. */
export interface WindowLimiterOptions {
  readonly clock: Clock
  /** Limits by route class, each of which holds; a class that is missing or `null` is not limited. */
  readonly limits: Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null | undefined>>
  /** Attempts under way at once, over all routes. */
  readonly concurrency: number
  /** Places beyond those, for attempts of priority 0 alone: a stall of all others does not keep them out. Default 0. */
  readonly reserved?: number
  /** Windows of targets beside the limits, by route class: what several targets share. They count by the day. */
  readonly beside?: Readonly<Record<string, { of(target: string): Window }>>
  /** Whether a place in a window counts from the grant (default), or from the answer: nothing arrives later than that. */
  readonly countsFrom?: 'grant' | 'answer'
}

const DAY = 86_400_000
/** What a target counts for; where a limit counts per admin, that is the bot. */
const PER_TARGET: ReadonlySet<WindowLimit['per']> = new Set(['channel', 'guild', 'user', 'group'])
/** Priorities from here on down may take the reserved places. */
const URGENT = 0

/** Where someone waits. */
interface QueuedWaiter {
  readonly waiter: Waiter
  readonly budget: Budget
  throttle: Throttle
}

/** Whose calls take turns: where there is no target, each is by itself. */
const flowOf = ({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): string | null =>
  target === '' ? null : `${routeClass} ${target}`

/**
 * Keeps one process inside the documented limits: exact windows per route class and target, and so many at once. Each attempt
 * passes the throttle of its target, then that of its class, then takes a place; whoever waits stands at the first of them that is
 * closed, or at that of its class while it waits for a place. Targets take turns, and none takes the last places of a class.
 */
export class WindowLimiter implements Limiter {
  readonly #options: WindowLimiterOptions
  readonly #clock: Clock
  readonly #reserved: number
  readonly #budgets = new Map<string, Budget>()
  /** Throttles at which someone stands, and whose they are. */
  readonly #occupied = new Map<Throttle, Budget>()
  readonly #waiting = new Map<Waiter, QueuedWaiter>()
  readonly #turns = new Turns()
  #order = 0
  #busy = 0
  #timer: { readonly due: number; readonly cancel: CancelTimer } | undefined

  constructor(options: WindowLimiterOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#reserved = options.reserved ?? 0
  }

  /** Attempts under way and calls waiting, for tests and status pages. */
  snapshot(): { readonly busy: number; readonly waiting: number } {
    return { busy: this.#busy, waiting: this.#waiting.size }
  }

  /** Budgets that it keeps track of, for tests of its memory. */
  get size(): number {
    let count = 0
    for (const budget of this.#budgets.values()) count += budget.size
    return count
  }

  /** For whom an attempt counts by the day: its target, or all together (`''`). */
  dailyTargets({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): readonly string[] {
    if (this.#options.countsFrom !== 'answer') return []
    const daily = this.#limitsOf(routeClass).filter(({ windowMs }) => windowMs === DAY)
    const targets = daily.map(({ per }) => (PER_TARGET.has(per) ? target : ''))
    return [...new Set(this.#options.beside?.[routeClass] ? [...targets, target] : targets)]
  }

  /** So many at least went out today, says who counts for longer than this process lives. */
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
    // Waiting for one of the attempts under way to end is no matter of budgets: it is not refused.
    if (ready - now > scope.maxWait) return { granted: false, retryAfter: ready - now }
    return this.#wait(budget, scope, signal)
  }

  /** When a newcomer passes the throttles. */
  #readyFor(budget: Budget, scope: LimitScope, now: number): number {
    const flow = this.#waiting.size === 0 ? null : flowOf(scope)
    const newcomer = { priority: scope.priority, round: this.#turns.next(flow) }
    const byTarget = budget.throttleOf(scope.target, now)?.readyFor(now, newcomer) ?? now
    return Math.max(byTarget, budget.whole.readyFor(now, newcomer))
  }

  #hasPlace(priority: number): boolean {
    return this.#busy < this.#options.concurrency + (priority <= URGENT ? this.#reserved : 0)
  }

  #budgetOf(routeClass: string): Budget {
    const known = this.#budgets.get(routeClass)
    if (known) return known
    const limits = this.#limitsOf(routeClass)
    const perTarget = limits.filter(({ per }) => PER_TARGET.has(per))
    const whole = limits.filter(({ per }) => !PER_TARGET.has(per))
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
    return limit.windowMs === DAY && this.#options.countsFrom === 'answer'
      ? new DayWindow(limit.requests, () => this.#clock.wall())
      : new SlidingWindow(limit)
  }

  #wait(budget: Budget, scope: LimitScope, signal: AbortSignal): Promise<LimitPermit> {
    const { target, priority } = scope
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        target,
        round: this.#turns.join(flowOf(scope)),
        order: this.#order++,
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
    this.#occupied.set(throttle, budget)
    this.#waiting.set(waiter, { waiter, budget, throttle })
  }

  #dequeue(waiter: Waiter): void {
    const queued = this.#waiting.get(waiter)
    if (!queued) return
    this.#waiting.delete(waiter)
    queued.throttle.waiting.remove(waiter)
    if (queued.throttle.waiting.size === 0) this.#occupied.delete(queued.throttle)
    if (this.#waiting.size === 0) this.#turns.clear()
  }

  #grant(budget: Budget, target: string, now: number): LimitPermit {
    budget.take(target, now)
    this.#busy += 1
    let settled = false
    return {
      granted: true,
      settle: (outcome) => {
        if (settled) return
        settled = true
        this.#settle(budget, target, now, outcome)
      },
    }
  }

  #settle(budget: Budget, target: string, stamp: number, outcome: LimitOutcome): void {
    this.#busy -= 1
    if (outcome.kind === 'not_sent') budget.giveBack(target, stamp)
    else if (outcome.kind === 'sent') budget.pass()
    else budget.refuse(target, this.#clock.now(), outcome.retryAfter)
    if (this.#options.countsFrom === 'answer' && outcome.kind !== 'not_sent')
      this.#recount(budget, target, stamp)
    if (this.#waiting.size > 0) this.#pump()
  }

  #recount(budget: Budget, target: string, stamp: number): void {
    const now = this.#clock.now()
    if (now === stamp) return
    budget.giveBack(target, stamp)
    budget.take(target, now)
  }

  /** Gives out what can be given out now, and sets the timer for what comes next. */
  #pump(): void {
    const now = this.#clock.now()
    for (let next = this.#next(now); next; next = this.#next(now)) {
      const { waiter, budget } = next
      const { target } = waiter
      const closed = this.#closedThrottle(budget, target, now)
      this.#dequeue(waiter)
      if (closed) this.#enqueue(waiter, budget, closed)
      else {
        this.#turns.serve(waiter.round)
        waiter.grant(this.#grant(budget, target, now))
      }
    }
    let due = Infinity
    for (const throttle of this.#occupied.keys()) {
      const ready = throttle.readyAt(now, 0)
      // A throttle that is open has someone who waits for a place: the end of an attempt gives it.
      if (ready > now) due = Math.min(due, ready)
    }
    this.#wakeAt(due, now)
  }

  /** The throttle that keeps an attempt from going now. */
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

  /** Who comes next of those whose throttle is open and for whom there is a place. */
  #next(now: number): QueuedWaiter | undefined {
    let best: Waiter | undefined
    for (const throttle of this.#occupied.keys()) {
      const { first } = throttle.waiting
      if (!first || !this.#hasPlace(first.priority) || throttle.readyAt(now, 0) > now) continue
      if (!best || goesBefore(first, best)) best = first
    }
    return best && this.#waiting.get(best)
  }
}
