import type { LogEntry } from '../core/log-entry.js'

/** The newest entries of the log, bounded, and whoever listens to it. */
export class LogBook {
  readonly #limit: number
  #entries: LogEntry[] = []
  readonly #listeners = new Set<(entry: LogEntry) => void>()

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

  /** @internal */
  add(entry: LogEntry): void {
    this.#entries.push(entry)
    // Cut in large steps, so that a long run does not move the array for each entry.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit)
    for (const listener of this.#listeners) listener(entry)
  }

  /** @internal */
  close(): void {
    this.#listeners.clear()
  }
}
