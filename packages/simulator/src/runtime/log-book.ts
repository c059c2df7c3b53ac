import type { LogEntry } from '../core/kernel/log-entry.js'

/** The newest log entries, bounded by number and size, and the listeners of the log. */
export class LogBook {
  readonly #limit: number
  readonly #maxSize: number
  #entries: LogEntry[] = []
  #sizes: number[] = []
  /** Index of the first kept entry. */
  #first = 0
  #size = 0
  /** Size of the dropped entries that are still in the array. */
  #gone = 0
  readonly #listeners = new Set<(entry: LogEntry) => void>()
  readonly #waiting = new Set<() => void>()
  #closed = false

  /**
   * @param limit most entries; older ones are dropped
   * @param maxSize total size of the entries, in characters
   */
  constructor(limit: number, maxSize: number = Number.POSITIVE_INFINITY) {
    this.#limit = limit
    this.#maxSize = maxSize
  }

  /** The kept entries, oldest first. A copy. */
  entries(): readonly LogEntry[] {
    return this.#entries.slice(this.#first)
  }

  /** The kept entries of one kind, oldest first. */
  of<K extends LogEntry['kind']>(kind: K): readonly Extract<LogEntry, { readonly kind: K }>[] {
    return this.entries().filter(
      (entry): entry is Extract<LogEntry, { readonly kind: K }> => entry.kind === kind,
    )
  }

  /** Drops all entries. The numbering continues. */
  clear(): void {
    this.#entries = []
    this.#sizes = []
    this.#first = 0
    this.#size = 0
    this.#gone = 0
  }

  /** Calls `listener` with each new entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /**
   * Waits for the next new entry for which `test` holds.
   *
   * @example
   *   await sim.log.next((entry): entry is CallEntry => entry.kind === 'call' && entry.code === 22009)
   *
   * @throws `signal.reason` on abort, or an error when the simulator closes first
   */
  async next<E extends LogEntry = LogEntry>(
    test: (entry: LogEntry) => entry is E,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<E> {
    const { signal } = options
    signal?.throwIfAborted()
    if (this.#closed) throw new Error('the simulator is closed')
    return new Promise<E>((resolve, reject) => {
      const end = (): void => {
        stop()
        this.#waiting.delete(onClose)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => {
        end()
        reject(signal?.reason as Error)
      }
      const onClose = (): void => {
        end()
        reject(new Error('the simulator closed before the awaited log entry'))
      }
      const stop = this.subscribe((entry) => {
        if (!test(entry)) return
        end()
        resolve(entry)
      })
      this.#waiting.add(onClose)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** @internal */
  add(entry: LogEntry, size: number): void {
    this.#entries.push(entry)
    this.#sizes.push(size)
    this.#size += size
    while (this.#overflows()) this.#forget()
    // Cut in large steps, so that a long run does not shift the array for each entry.
    if (this.#first > this.#limit || this.#gone > this.#maxSize) this.#cut()
    for (const listener of this.#listeners) listener(entry)
  }

  #overflows(): boolean {
    const kept = this.#entries.length - this.#first
    return kept > 1 && (kept > this.#limit || this.#size > this.#maxSize)
  }

  #forget(): void {
    const size = this.#sizes[this.#first] ?? 0
    this.#first += 1
    this.#size -= size
    this.#gone += size
  }

  #cut(): void {
    this.#entries = this.#entries.slice(this.#first)
    this.#sizes = this.#sizes.slice(this.#first)
    this.#first = 0
    this.#gone = 0
  }

  /** @internal */
  close(): void {
    this.#closed = true
    for (const giveUp of this.#waiting) giveUp()
    this.#listeners.clear()
  }
}
