import { AsyncLocalStorage } from 'node:async_hooks'

import { OptionsError, type ShardId, type WireFrame } from '@qqkit/core'
import { isThenable } from '@qqkit/core/internal'

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

/** What can be listened to besides events: everything of {@link GatewayListeners} that is no name of one. */
const OWN: ReadonlySet<string> = new Set(['dispatch', 'status', 'abandoned', 'quarantined', 'gap'])

/**
 * Refuses a listener that would never be called.
 *
 * @throws OptionsError for a name that no event can have, or a listener that is no function
 */
export const checkListener = (name: unknown, listener: unknown): void => {
  const refuse = (path: string, value: unknown, hint: string): never => {
    throw new OptionsError({ subject: 'gateway.on', path, received: describe(value), hint })
  }
  if (typeof name !== 'string' || !(OWN.has(name) || /^[A-Z][A-Z0-9_]*$/.test(name)))
    refuse(
      'name',
      name,
      `give the name of an event, e.g. 'C2C_MESSAGE_CREATE', or one of ${[...OWN].join(', ')}`,
    )
  if (typeof listener !== 'function') refuse('listener', listener, 'give a function')
}

const describe = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : typeof value)

/** The listener that is being called, or the round of a loop over events, wherever its work goes on. */
export class Within {
  readonly #gateway: object
  #left = false
  #release: (() => void) | null = null

  /** @param gateway whose event it is: a listener may close another one */
  constructor(gateway: object) {
    this.#gateway = gateway
  }

  /** Calls a listener. */
  call<T>(work: () => T): T {
    return current.run(this, work)
  }

  /** From now on the work that goes on here belongs to it, until it enters another one. */
  enter(): void {
    current.enterWith(this)
  }

  /** What ends its share of the event, should it close the gateway, or have done so already. */
  onLeave(release: () => void): void {
    if (this.#left) release()
    else this.#release = release
  }

  leave(gateway: object): void {
    if (gateway !== this.#gateway) return
    this.#left = true
    this.#release?.()
  }
}

const current = new AsyncLocalStorage<Within>()

/** Leaves nothing. */
const NOBODY = new Within({})

/** How many there are whose work is followed. Following makes every `await` of a process dearer. */
let followed = 0

/** Contexts are followed only from their first use on: who enters one later, after a wait, calls this before the wait. */
export const followContexts = (): void => {
  followed += 1
  current.run(NOBODY, () => {})
}

/** Whether the calls of a function go on after they have returned: only then they are worth following. */
export class Habit {
  /** `null`: not known yet. */
  #goesOn: boolean | null = null

  get isFollowed(): boolean {
    return this.#goesOn !== false
  }

  /** A call has returned. */
  learn(goesOn: boolean): void {
    if (this.#goesOn === goesOn || this.#goesOn === true) return
    if (goesOn) followed += 1
    else if (followed === 0) current.disable()
    this.#goesOn = goesOn
  }
}

/** A gateway is closed: the listener that does it, if one does, is not waited for, and its event counts as finished. */
const leaveWithin = (gateway: object): void => current.getStore()?.leave(gateway)
