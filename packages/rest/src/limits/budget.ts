import { Gate } from './gate.js'
import type { Shares } from './shares.js'
import type { Window } from './window.js'

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
