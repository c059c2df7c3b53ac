import type { Clock, SessionSlot, SessionStore } from '@qqkit/core'
import { abortable } from '@qqkit/core/internal'

import { Mutex } from './disk.js'

/** The text to store, and the revision up to which it covers changes. */
export interface Snapshot {
  /** `null` clears the store. */
  readonly text: string | null
  readonly revision: number
}

/** Dependencies of a {@link SessionWriter}. */
export interface SessionWriterDeps {
  /** Writers of the same store write one at a time. */
  readonly store: SessionStore
  readonly slot: SessionSlot
  readonly clock: Clock
  /** Returns the latest snapshot. Called when a write begins, not for each change. */
  readonly snapshot: () => Snapshot
  /** Everything up to this revision is stored. */
  readonly onStored: (revision: number) => void
  /** A write failed or hangs. Not called again until one has succeeded. */
  readonly onDegraded: (error: unknown) => void
  /** A write succeeded again. */
  readonly onRecovered: () => void
}

/** ms between the starts of two writes: a busy bot must not wear out a small disk. */
const PACE = 100
/** ms until a failed write is repeated. */
const RETRY = 5000
/** ms after which a write counts as hanging. */
const HANGS = 10_000

interface Waiter {
  readonly revision: number
  readonly resolve: () => void
}

/** Persists the latest snapshot, coalescing changes, one write at a time. Marking a change never waits and never throws. */
export class SessionWriter {
  readonly #options: SessionWriterDeps
  readonly #eager: boolean
  /** The newest revision that was marked. */
  #wanted = 0
  /** The newest revision that an event waits for. */
  #awaited = 0
  #written = 0
  #writing: Promise<void> | null = null
  #cancelPause: (() => void) | null = null
  #cancelHang: (() => void) | null = null
  #degraded = false
  #closed = false
  #waiters: Waiter[] = []

  constructor(options: SessionWriterDeps) {
    this.#options = options
    // A store that does not outlive the process is written only at the end.
    this.#eager = options.store.durable
  }

  /**
   * Marks a new revision to be written.
   *
   * @param urgent whether an event waits for it: then there is no pause before the write
   */
  mark(revision: number, urgent: boolean): void {
    this.#wanted = revision
    if (urgent) this.#awaited = revision
    if (this.#closed || !this.#eager || this.#writing !== null) return
    if (this.#cancelPause === null || (urgent && !this.#degraded)) void this.#write()
  }

  /**
   * Resolves when everything marked so far is stored, after `ms` at the latest, and at once while the store does not work.
   * Never rejects.
   */
  async landed(ms: number): Promise<void> {
    const revision = this.#wanted
    if (this.#written >= revision || this.#degraded || this.#closed || !this.#eager) return
    if (this.#writing === null) void this.#write()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimer(ms, resolve)
      this.#waiters.push({
        revision,
        resolve: () => {
          cancel()
          resolve()
        },
      })
    })
  }

  /**
   * Writes everything that is not stored yet, without pauses.
   *
   * @param ms time limit
   * @returns whether everything is stored
   */
  async flush(ms: number): Promise<boolean> {
    if (this.#closed) return this.#written === this.#wanted
    const late = new AbortController()
    const cancel = this.#options.clock.setTimer(ms, () => late.abort())
    try {
      // At most two writes per change: the running one, and one for changes since it began.
      while (!this.#closed && this.#written < this.#wanted) {
        const before = this.#written
        const running = this.#writing
        await abortable(running ?? this.#write(), late.signal)
        if (running === null && this.#written === before) break
      }
    } catch {
      // Timed out; the write continues in the background.
    }
    cancel()
    return this.#written === this.#wanted
  }

  /** Resolves when no write is running. */
  async idle(): Promise<void> {
    await this.#writing
  }

  /** No write begins after this. */
  close(): void {
    this.#closed = true
    this.#cancelHang?.()
    this.#pause(null)
    this.#release(Infinity)
  }

  #write(): Promise<void> {
    this.#pause(null)
    this.#writing = this.#run().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #run(): Promise<void> {
    const { clock, store } = this.#options
    const begun = clock.now()
    this.#cancelHang = clock.setTimer(HANGS, () => this.#degrade(new Error(`a write took over ${HANGS} ms`)))
    let failed = false
    try {
      const revision = await exclusively(store, async () => this.#save())
      if (revision !== null) this.#onWritten(revision)
    } catch (error) {
      failed = true
      this.#degrade(error)
    }
    this.#cancelHang?.()
    if (this.#closed || !this.#eager) return
    // Also after the last change, so that changes in quick succession share a write.
    const pace = this.#awaited > this.#written ? 0 : PACE
    this.#pause(failed ? RETRY : Math.max(0, begun + pace - clock.now()))
  }

  /** Returns the revision stored; `null` if the writer was closed meanwhile. */
  async #save(): Promise<number | null> {
    if (this.#closed) return null
    const { slot, snapshot } = this.#options
    const { text, revision } = snapshot()
    await (text === null ? slot.clear() : slot.save(text))
    return revision
  }

  #onWritten(revision: number): void {
    this.#written = Math.max(this.#written, revision)
    this.#recover()
    this.#release(revision)
    if (!this.#closed) this.#options.onStored(revision)
  }

  #pause(ms: number | null): void {
    this.#cancelPause?.()
    this.#cancelPause = null
    if (ms === null) return
    this.#cancelPause = this.#options.clock.setTimer(ms, () => {
      this.#cancelPause = null
      if (this.#written < this.#wanted && this.#writing === null) void this.#write()
    })
  }

  #degrade(error: unknown): void {
    const first = !this.#degraded
    this.#degraded = true
    this.#release(Infinity)
    if (first && !this.#closed) this.#options.onDegraded(error)
  }

  #recover(): void {
    if (this.#degraded && !this.#closed) this.#options.onRecovered()
    this.#degraded = false
  }

  /** Resolves the waiters of everything up to a revision. */
  #release(revision: number): void {
    const done = this.#waiters.filter((waiter) => waiter.revision <= revision)
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > revision)
    for (const { resolve } of done) resolve()
  }
}

/** One mutex per store, shared by its writers in this process. */
const mutexOf = new WeakMap<SessionStore, Mutex>()

/** Runs one write per store at a time: a disk that hangs blocks one thread, not one per shard. */
const exclusively = async <T>(store: SessionStore, work: () => Promise<T>): Promise<T> => {
  const mutex = mutexOf.get(store) ?? new Mutex()
  mutexOf.set(store, mutex)
  return mutex.run(work)
}
