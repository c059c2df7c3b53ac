import { Gate } from './gate.js'
import type { Window } from './window.js'

/** Makes the windows of a gate, each gate its own. */
export type WindowsOf = () => readonly Window[]

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
  readonly #targets = new Map<string, Gate>()
  /** Targets that were refused since the last attempt that was not. */
  readonly #refused = new Set<string>()
  #sweepAt = SWEEP_AT

  /** @param perTarget `null` where nothing is counted by target */
  constructor(whole: WindowsOf, perTarget: WindowsOf | null) {
    this.gate = new Gate(whole())
    this.#perTarget = perTarget
  }

  /** Gates that it keeps. */
  get size(): number {
    return 1 + this.#targets.size
  }

  /** The gate of a target; `undefined` where nothing is known against it. */
  gateOf(target: string, now: number): Gate | undefined {
    if (this.#perTarget) return this.#targets.get(target) ?? this.#open(target, now)
    return this.#targets.size === 0 ? undefined : this.#targets.get(target)
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
    const gate = new Gate(this.#perTarget?.() ?? [])
    this.#targets.set(target, gate)
    return gate
  }
}
