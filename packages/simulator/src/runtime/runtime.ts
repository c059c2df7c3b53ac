import type { CancelTimer, Clock } from '@qqkit/core'

import type { Effect } from '../core/kernel/effect.js'
import type { Input } from '../core/kernel/input.js'
import type { LogEntry } from '../core/kernel/log-entry.js'
import { act, dueAt, step } from '../core/step.js'
import type { World } from '../core/world/world.js'

/** What an adapter does for the platform. Log entries are taken care of before. */
export type Perform = (effect: Exclude<Effect, { readonly kind: 'log' }>) => void

/**
 * Drives a world: gives it the time, performs its effects, and wakes it when something is due. The only place between
 * the pure core and the adapters.
 */
export class Runtime {
  readonly world: World
  readonly #clock: Clock
  readonly #offset: number
  readonly #onLog: (entry: LogEntry, size: number) => void
  #perform: Perform = () => {}
  #cancel: CancelTimer | null = null
  #armedFor: number | null = null
  #closed = false
  #performing = false
  readonly #queue: Effect[] = []

  constructor(world: World, clock: Clock, onLog: (entry: LogEntry, size: number) => void) {
    this.world = world
    this.#clock = clock
    this.#offset = world.now - clock.now()
    this.#onLog = onLog
  }

  /** ms since the Unix epoch; never jumps. */
  now(): number {
    return this.#clock.now() + this.#offset
  }

  /** Says who performs effects. */
  attach(perform: Perform): void {
    this.#perform = perform
  }

  /** Something happened to the platform. */
  input(input: Input): void {
    if (this.#closed) return
    let effects: readonly Effect[]
    try {
      effects = step(this.world, this.now(), input)
    } catch (error) {
      effects = this.#survive(input, error)
    }
    this.#settle(effects)
  }

  /** People or the operator do something. */
  act<T>(action: (world: World) => T): T {
    const { result, effects } = act(this.world, this.now(), action)
    this.#settle(effects)
    return result
  }

  /** Stops the clockwork; inputs are ignored from now on. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
    this.#cancel = null
  }

  /** A mistake in the platform must not end the process of those who test with it. */
  #survive(input: Input, error: unknown): readonly Effect[] {
    process.emitWarning(error instanceof Error ? error : String(error), { code: 'QQKIT_SIMULATOR_FAULTY' })
    const effects = this.world.effects.splice(0)
    if (input.kind !== 'called') return effects
    const body = JSON.stringify({ code: 500, err_code: 500, message: 'the simulator made a mistake' })
    const headers = { 'content-type': 'application/json' }
    return [...effects, { kind: 'respond', call: input.call, answer: { status: 500, headers, body } }]
  }

  #settle(effects: readonly Effect[]): void {
    for (const effect of effects) this.#queue.push(effect)
    this.#arm()
    if (this.#performing) return
    this.#performing = true
    let done = 0
    try {
      // What an effect brings about comes after those that were there before.
      for (let effect = this.#queue[0]; effect; effect = this.#queue[done]) {
        done += 1
        if (effect.kind === 'log') this.#onLog(effect.entry, effect.size)
        else this.#perform(effect)
      }
    } finally {
      this.#queue.splice(0, done)
      this.#performing = false
    }
  }

  #arm(): void {
    if (this.#closed) return
    const at = dueAt(this.world)
    if (at === this.#armedFor && this.#cancel) return
    this.#cancel?.()
    this.#cancel = null
    this.#armedFor = at
    if (at === null) return
    this.#cancel = this.#clock.setTimer(Math.max(0, at - this.now()), () => {
      this.#cancel = null
      this.input({ kind: 'tick' })
    })
  }
}
