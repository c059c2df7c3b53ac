import type { LimitPermit } from '@qqkit/core'

import type { Shares } from './shares.js'
import type { Window } from './windows.js'

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

type Standing = Pick<Waiter, 'priority' | 'round' | 'order'>

/** Whether one goes before another: the more urgent first, then by rounds, those of one round in the order in which they came. */
export const goesBefore = (one: Standing, other: Standing): boolean => {
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
export class Gate {
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

/** Makes the windows of a gate, each gate its own. */
export type WindowsOf = (target: string) => readonly Window[]

/** How long a refusal holds back that names no time, in ms. */
const PAUSE = 1000
/** So many targets refused in a row, and it is no matter of one of them. */
const SEVERAL = 3
/** Gates of targets kept before idle ones are looked for. */
const SWEEP_AT = 512

/** The budget of one class of routes, as a whole and by target. */
export class Budget {
  /** What every attempt of the class passes. */
  readonly gate: Gate
  readonly #perTarget: WindowsOf | null
  readonly #shares: readonly Shares[]
  readonly #targets = new Map<string, Gate>()
  /** Targets that were refused since the last attempt that was not. */
  readonly #refused = new Set<string>()
  #sweepAt = SWEEP_AT

  /**
   * @param perTarget `null` where nothing is counted by target
   * @param shares of the windows that are counted as a whole
   */
  constructor(whole: WindowsOf, perTarget: WindowsOf | null, shares: readonly Shares[]) {
    this.gate = new Gate(whole(''))
    this.#perTarget = perTarget
    this.#shares = shares
  }

  /** Gates that it keeps. */
  get size(): number {
    return 1 + this.#targets.size
  }

  /** The gate of a target; `undefined` where nothing is known against it. */
  gateOf(target: string, now: number): Gate | undefined {
    const known = this.#targets.get(target)
    if (known) return known
    const counted = this.#perTarget !== null || (target !== '' && !this.#allows(target, now))
    return counted ? this.#open(target, now) : undefined
  }

  /** An attempt takes its place. */
  take(target: string, now: number): void {
    this.gateOf(target, now)?.take(now)
    this.gate.take(now)
    for (const shares of this.#shares) shares.take(now, target)
  }

  /** The place taken at `stamp` is free again. */
  giveBack(target: string, stamp: number): void {
    this.#targets.get(target)?.giveBack(stamp)
    this.gate.giveBack(stamp)
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
    const targetGate = this.#targets.get(target) ?? this.#open(target, now)
    targetGate.hold(until)
    if (target === '' || this.#refused.size >= SEVERAL) this.gate.hold(until)
  }

  /** Forgets targets without a memory. Looks again only after twice as many, so that it costs nothing per call. */
  #open(target: string, now: number): Gate {
    if (this.#targets.size >= this.#sweepAt) {
      for (const [name, gate] of this.#targets) if (gate.idle(now)) this.#targets.delete(name)
      this.#sweepAt = Math.max(SWEEP_AT, this.#targets.size * 2)
    }
    const shares = target === '' ? [] : this.#shares.map((one) => one.of(target))
    const gate = new Gate([...(this.#perTarget?.(target) ?? []), ...shares])
    this.#targets.set(target, gate)
    return gate
  }

  #allows(target: string, now: number): boolean {
    return this.#shares.every((shares) => shares.allows(target, now))
  }
}
