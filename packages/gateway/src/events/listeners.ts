import type { ShardId, WireFrame } from '@qqkit/core'

import { Habit, leaveWithin, Within } from './within.js'

/** A listener that has not finished yet. */
export interface Running {
  /** Whether it ends well. Never rejects. */
  readonly ended: Promise<boolean>
  readonly within: Within
}

type AnyListener = (...args: never[]) => unknown

interface Entry {
  readonly listener: AnyListener
  readonly habit: Habit
}

/** Who listens to what. Calls listeners in the order of their registration; one that throws does not disturb the others. */
export class Listeners {
  readonly #byName = new Map<string, readonly Entry[]>()
  readonly #onError: (error: unknown, name: string) => void
  #leaves = 0

  constructor(onError: (error: unknown, name: string) => void) {
    this.#onError = onError
  }

  /** Returns a function that takes the listener off again. */
  add(name: string, listener: AnyListener): () => void {
    // Each registration is one of its own, also of the same function.
    const entry: Entry = { listener, habit: new Habit() }
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), entry])
    return () => {
      const left = (this.#byName.get(name) ?? []).filter((other) => other !== entry)
      if (left.length > 0) this.#byName.set(name, left)
      else this.#byName.delete(name)
    }
  }

  /** Counts calls of {@link leave}: a call during which it grows is one that closes the gateway. */
  get leaves(): number {
    return this.#leaves
  }

  /** The gateway is closed: whoever does it from within an event is not waited for, and its event counts as finished. */
  leave(): void {
    this.#leaves += 1
    leaveWithin(this)
  }

  /** Calls everyone who listens to a name with a value that is made only if anyone does. */
  emit(name: string, make: () => unknown): void {
    const listeners = this.#byName.get(name)
    if (!listeners) return
    const value = make()
    for (const { listener } of listeners) void this.#call(name, listener, value)
  }

  /** Whether anyone wants events of this name. */
  wantsEvent(frame: WireFrame): boolean {
    return this.#byName.size > 0 && (this.#byName.has('dispatch') || this.#byName.has(frame.t ?? ''))
  }

  /** Tells an event about the connection, which nobody finishes. */
  emitConnection(frame: WireFrame, shard: ShardId): void {
    for (const name of ['dispatch', frame.t ?? ''])
      for (const { listener } of this.#byName.get(name) ?? []) void this.#call(name, listener, frame, shard)
  }

  /**
   * Hands an event to everyone who wants it.
   *
   * @returns what is still going on; `null` when all have finished well
   */
  emitEvent(frame: WireFrame, shard: ShardId): readonly Running[] | null {
    const running = this.#emitTo('dispatch', frame, shard, null)
    return this.#emitTo(frame.t ?? '', frame, shard, running)
  }

  #emitTo(name: string, frame: WireFrame, shard: ShardId, before: Running[] | null): Running[] | null {
    const listeners = this.#byName.get(name)
    if (!listeners) return before
    let running = before
    for (const entry of listeners) {
      const { listener, habit } = entry
      const within = habit.isFollowed ? new Within(this) : null
      const leaves = this.#leaves
      const ended = within
        ? within.call(() => this.#call(name, listener, frame, shard))
        : this.#call(name, listener, frame, shard)
      habit.learn(ended !== null)
      if (ended) (running ??= []).push({ ended, within: within ?? this.#unfollowed(leaves) })
    }
    return running
  }

  /** Of a call that was not followed: only what it did before it returned is known. */
  #unfollowed(leaves: number): Within {
    const within = new Within(this)
    if (this.#leaves !== leaves) within.leave(this)
    return within
  }

  /** `null` when the listener has finished well; else whether it will. Never throws, never rejects. */
  #call(name: string, listener: AnyListener, ...args: unknown[]): Promise<boolean> | null {
    try {
      const result = listener(...(args as never[]))
      if (!isThenable(result)) return null
      return Promise.resolve(result).then(
        () => true,
        (error: unknown) => this.#failed(error, name),
      )
    } catch (error) {
      return Promise.resolve(this.#failed(error, name))
    }
  }

  #failed(error: unknown, name: string): boolean {
    this.#onError(error, name)
    return false
  }
}

/** Whether a function was `async` after all. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'
