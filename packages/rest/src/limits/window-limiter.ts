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

import { Budget, type Gate, goesBefore, type Waiter } from './gates.js'
import { Shares } from './shares.js'
import { Turns } from './turns.js'
import { DayWindow, SlidingWindow, type Window } from './windows.js'

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
  gate: Gate
}

/** Whose calls take turns: where there is no target, each is by itself. */
const flowOf = ({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): string | null =>
  target === '' ? null : `${routeClass} ${target}`

/**
 * Keeps one process inside the documented limits: exact windows per route class and target, and so many at once. Each attempt
 * passes the gate of its target, then that of its class, then takes a place; whoever waits stands at the first of them that is
 * closed, or at that of its class while it waits for a place. Targets take turns, and none takes the last places of a class.
 */
export class WindowLimiter implements Limiter {
  readonly #options: WindowLimiterOptions
  readonly #clock: Clock
  readonly #reserved: number
  readonly #budgets = new Map<string, Budget>()
  /** Gates at which someone stands, and whose they are. */
  readonly #occupied = new Map<Gate, Budget>()
  readonly #standing = new Map<Waiter, QueuedWaiter>()
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
    return { busy: this.#busy, waiting: this.#standing.size }
  }

  /** Budgets that it keeps track of, for tests of its memory. */
  get lanes(): number {
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
    const gate = target === '' ? budget.gate : budget.gateOf(target, now)
    gate?.learn(now, count)
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

  /** When a newcomer passes the gates. */
  #readyFor(budget: Budget, scope: LimitScope, now: number): number {
    const flow = this.#standing.size === 0 ? null : flowOf(scope)
    const newcomer = { priority: scope.priority, round: this.#turns.next(flow) }
    const byTarget = budget.gateOf(scope.target, now)?.readyFor(now, newcomer) ?? now
    return Math.max(byTarget, budget.gate.readyFor(now, newcomer))
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
        this.#leave(waiter)
        reject(signal.reason as Error)
        this.#pump()
      })
      this.#stand(waiter, budget, budget.gateOf(target, this.#clock.now()) ?? budget.gate)
      this.#pump()
    })
  }

  #stand(waiter: Waiter, budget: Budget, gate: Gate): void {
    gate.waiting.add(waiter)
    this.#occupied.set(gate, budget)
    this.#standing.set(waiter, { waiter, budget, gate })
  }

  #leave(waiter: Waiter): void {
    const standing = this.#standing.get(waiter)
    if (!standing) return
    this.#standing.delete(waiter)
    standing.gate.waiting.remove(waiter)
    if (standing.gate.waiting.size === 0) this.#occupied.delete(standing.gate)
    if (this.#standing.size === 0) this.#turns.clear()
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
      this.#countAnew(budget, target, stamp)
    if (this.#standing.size > 0) this.#pump()
  }

  #countAnew(budget: Budget, target: string, stamp: number): void {
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
      const closed = this.#closedGate(budget, target, now)
      this.#leave(waiter)
      if (closed) this.#stand(waiter, budget, closed)
      else {
        this.#turns.serve(waiter.round)
        waiter.grant(this.#grant(budget, target, now))
      }
    }
    let due = Infinity
    for (const gate of this.#occupied.keys()) {
      const ready = gate.readyAt(now, 0)
      // A gate that is open has someone who waits for a place: the end of an attempt gives it.
      if (ready > now) due = Math.min(due, ready)
    }
    this.#wakeAt(due, now)
  }

  /** The gate that keeps an attempt from going now. */
  #closedGate(budget: Budget, target: string, now: number): Gate | undefined {
    const gate = budget.gateOf(target, now)
    if (gate && gate.readyAt(now, 0) > now) return gate
    return budget.gate.readyAt(now, 0) > now ? budget.gate : undefined
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

  /** Who comes next of those whose gate is open and for whom there is a place. */
  #next(now: number): QueuedWaiter | undefined {
    let best: Waiter | undefined
    for (const gate of this.#occupied.keys()) {
      const { first } = gate.waiting
      if (!first || !this.#hasPlace(first.priority) || gate.readyAt(now, 0) > now) continue
      if (!best || goesBefore(first, best)) best = first
    }
    return best && this.#standing.get(best)
  }
}
