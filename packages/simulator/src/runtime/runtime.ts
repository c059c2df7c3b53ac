import type { CancelTimer, Clock } from '@qqkit/core'

import type { Effect } from '../core/kernel/effect.js'
import type { Input } from '../core/kernel/input.js'
import type { LogEntry } from '../core/kernel/log-entry.js'
import { act, dueAt, step } from '../core/step.js'
import type { World } from '../core/world/world.js'

/** The function of an adapter that performs effects. The runtime handles log entries itself. */
export type Perform = (effect: Exclude<Effect, { readonly kind: 'log' }>) => void

/**
 * Drives a world: passes it the time and its inputs, hands its effects to the adapter, and wakes it when a task is due.
 * The only link between the pure core and the adapters.
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

  /** Sets the function that performs effects. */
  attach(perform: Perform): void {
    this.#perform = perform
  }

  /** Passes an input to the core. */
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

  /** Runs an action of a person or of the test. */
  act<T>(action: (world: World) => T): T {
    const { result, effects } = act(this.world, this.now(), action)
    this.#settle(effects)
    return result
  }

  /** Stops the timer; later inputs are ignored. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
    this.#cancel = null
  }

  /** A defect of the simulator must not end the process of a test. */
  #survive(input: Input, error: unknown): readonly Effect[] {
    process.emitWarning(error instanceof Error ? error : String(error), { code: 'QQKIT_SIMULATOR_FAULTY' })
    const effects = this.world.effects.splice(0)
    if (input.kind !== 'called') return effects
    const body = JSON.stringify({ code: 500, err_code: 500, message: 'internal error of the simulator' })
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
      // Effects that arise meanwhile are performed after the earlier ones.
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
