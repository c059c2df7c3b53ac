import { AsyncLocalStorage } from 'node:async_hooks'

import { OptionsError, type ShardId, type WireFrame } from '@qqkit/core'
import { isThenable } from '@qqkit/core/internal'

/** A listener that has not finished yet. */
export interface Running {
  /** Whether it succeeds. Never rejects. */
  readonly ended: Promise<boolean>
  readonly context: ListenerContext
}

type AnyListener = (value: unknown, shard?: ShardId) => unknown

type OnError = (error: unknown, name: string) => void

interface Entry {
  readonly listener: AnyListener
  readonly habit: CallHabit
}

/** The listeners by name. Calls them in the order of registration; one that throws does not affect the others. */
export class Listeners {
  readonly #byName = new Map<string, readonly Entry[]>()
  /** The listeners of every event. */
  #ofAll: readonly Entry[] | undefined
  readonly #onError: OnError
  /** How many single events have listeners, READY and RESUMED left out: many have those, and every event is asked about. */
  #named = 0
  #closes = 0

  constructor(onError: OnError) {
    this.#onError = onError
  }

  /** Returns a function that removes the listener. */
  add(name: string, listener: (...args: never[]) => unknown): () => void {
    // The same function may be registered twice, and is then called twice.
    const entry: Entry = { listener: listener as AnyListener, habit: new CallHabit() }
    // `concat` leaves no room for more entries: most events have one listener.
    this.#set(name, (this.#byName.get(name) ?? []).concat(entry))
    return () => this.#set(name, this.#byName.get(name)?.filter((other) => other !== entry) ?? [])
  }

  #set(name: string, listeners: readonly Entry[]): void {
    if (listeners.length > 0) this.#byName.set(name, listeners)
    else this.#byName.delete(name)
    this.#ofAll = this.#byName.get('dispatch')
    this.#named = [...this.#byName.keys()].filter((one) => !OWN.has(one) && !OF_CONNECTION.has(one)).length
  }

  /** Counts calls of {@link onClose}: if it grows during a call of a listener, that listener closes the gateway. */
  get closes(): number {
    return this.#closes
  }

  /** The gateway is closed: a listener that does so is not waited for, and its event counts as finished. */
  onClose(): void {
    this.#closes += 1
    // Outside any listener there is no context.
    current.getStore()?.close(this)
  }

  /** Calls the listeners of a name; the value is made only if there are any. */
  emit(name: string, make: () => unknown): void {
    const listeners = this.#byName.get(name)
    if (!listeners) return
    const value = make()
    for (const { listener } of listeners) void callListener(this.#onError, name, listener, value)
  }

  /** Whether there is a listener for this event. */
  wantsEvent(frame: WireFrame): boolean {
    return this.#ofAll !== undefined || (this.#named > 0 && this.#byName.has(frame.t ?? ''))
  }

  /** Emits READY or RESUMED, which needs no settling. */
  emitConnection(frame: WireFrame, shard: ShardId): void {
    for (const name of ['dispatch', frame.t ?? ''])
      for (const { listener } of this.#byName.get(name) ?? [])
        void callListener(this.#onError, name, listener, frame, shard)
  }

  /**
   * Calls the listeners of an event.
   *
   * @returns the listeners that have not finished yet, or have failed; `null` when all have succeeded
   */
  emitEvent(frame: WireFrame, shard: ShardId): readonly Running[] | null {
    // No look-up where no listener has a name: the hash of a text that has just come is not cheap.
    const running = this.#ofAll ? this.#emitTo('dispatch', this.#ofAll, frame, shard, null) : null
    const named = this.#named > 0 ? this.#byName.get(frame.t ?? '') : undefined
    return named ? this.#emitTo(frame.t ?? '', named, frame, shard, running) : running
  }

  #emitTo(
    name: string,
    listeners: readonly Entry[],
    frame: WireFrame,
    shard: ShardId,
    before: Running[] | null,
  ): Running[] | null {
    let running = before
    for (const { listener, habit } of listeners) {
      const context = habit.isTracked ? new ListenerContext(this) : null
      const closes = this.#closes
      const ended = context
        ? context.call(callListener, this.#onError, name, listener, frame, shard)
        : callListener(this.#onError, name, listener, frame, shard)
      habit.learn(ended !== null)
      if (ended) (running ??= []).push({ ended, context: context ?? this.#contextAfter(closes) })
    }
    return running
  }

  /** The context of a call that was not tracked: only a close before its return is known. */
  #contextAfter(closes: number): ListenerContext {
    const context = new ListenerContext(this)
    if (this.#closes !== closes) context.close(this)
    return context
  }
}

/** `null` when the listener has succeeded; else a promise of whether it will. Never throws, never rejects. */
const callListener = (
  onError: OnError,
  name: string,
  listener: AnyListener,
  value: unknown,
  shard?: ShardId,
): Promise<boolean> | null => {
  try {
    const result = shard ? listener(value, shard) : listener(value)
    return isThenable(result) ? outcomeOf(result, onError, name) : null
  } catch (error) {
    onError(error, name)
    return Promise.resolve(false)
  }
}

/** Apart from the call, so that a listener that returns nothing costs no closure. */
const outcomeOf = (result: PromiseLike<unknown>, onError: OnError, name: string): Promise<boolean> =>
  Promise.resolve(result).then(
    () => true,
    (error: unknown) => {
      onError(error, name)
      return false
    },
  )

/** The names of {@link GatewayListeners} besides those of events. */
const OWN: ReadonlySet<string> = new Set(['dispatch', 'status', 'abandoned', 'quarantined', 'gap'])

/** The names of events that go to {@link Listeners.emitConnection}. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['READY', 'RESUMED'])

/**
 * Checks the arguments of `on()`.
 *
 * @throws OptionsError for a name that no event can have, or a listener that is not a function
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

/** The async context of one call of a listener, or of one iteration of a loop over `events()`. */
export class ListenerContext {
  readonly #gateway: object
  #closed = false
  #release: (() => void) | null = null

  /** @param gateway the gateway of the event: a listener may close another one */
  constructor(gateway: object) {
    this.#gateway = gateway
  }

  /** Runs work in this context. */
  call<A extends unknown[], T>(work: (...args: A) => T, ...args: A): T {
    return current.run(this, work, ...args)
  }

  /** Makes this the current context of the running async function. */
  enter(): void {
    current.enterWith(this)
  }

  /** Calls `release` when this context closes the gateway, or at once if it has done so. */
  onClose(release: () => void): void {
    if (this.#closed) release()
    else this.#release = release
  }

  /** A gateway is closed in this context. */
  close(gateway: object): void {
    if (gateway !== this.#gateway) return
    this.#closed = true
    this.#release?.()
  }
}

const current = new AsyncLocalStorage<ListenerContext>()

/** The context outside any listener. */
const NO_LISTENER = new ListenerContext({})

/** How many users of tracking there are. Tracking makes every `await` of the process slower, so it stays off without any. */
let users = 0

/** Turns tracking on. A context that is entered after an `await` is tracked only if tracking was on before the `await`. */
export const trackContexts = (): void => {
  users += 1
  current.run(NO_LISTENER, () => {})
}

/** Whether a function returns promises: only the calls of such a function are worth tracking. */
export class CallHabit {
  /** `null`: never called yet. */
  #isAsync: boolean | null = null

  get isTracked(): boolean {
    return this.#isAsync !== false
  }

  /** A call has returned a promise, or has not. */
  learn(isAsync: boolean): void {
    if (this.#isAsync === isAsync || this.#isAsync === true) return
    if (isAsync) users += 1
    else if (users === 0) current.disable()
    this.#isAsync = isAsync
  }
}
