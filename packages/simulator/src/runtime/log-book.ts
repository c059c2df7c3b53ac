import type { LogEntry } from '../core/log-entry.js'

/** The newest entries of the log, bounded, and whoever listens to it. */
export class LogBook {
  readonly #limit: number
  #entries: LogEntry[] = []
  readonly #listeners = new Set<(entry: LogEntry) => void>()
  readonly #waiting = new Set<() => void>()
  #closed = false

  /** @param limit entries that are kept; older ones are forgotten */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The kept entries, oldest first. A copy. */
  entries(): readonly LogEntry[] {
    return this.#entries.slice(-this.#limit)
  }

  /** The kept entries of one kind, oldest first. */
  of<K extends LogEntry['kind']>(kind: K): readonly Extract<LogEntry, { readonly kind: K }>[] {
    return this.entries().filter(
      (entry): entry is Extract<LogEntry, { readonly kind: K }> => entry.kind === kind,
    )
  }

  /** Forgets all entries. Numbering goes on. */
  clear(): void {
    this.#entries = []
  }

  /** Calls `listener` with each new entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /**
   * The next entry, from now on, for which `test` holds.
   *
   * @throws `signal.reason` on abort, or an error when the simulator closes before
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
        reject(new Error('the simulator was closed before it happened'))
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
  add(entry: LogEntry): void {
    this.#entries.push(entry)
    // Cut in large steps, so that a long run does not move the array for each entry.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit)
    for (const listener of this.#listeners) listener(entry)
  }

  /** @internal */
  close(): void {
    this.#closed = true
    for (const giveUp of this.#waiting) giveUp()
    this.#listeners.clear()
  }
}
