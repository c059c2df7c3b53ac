import type { Clock, SessionSlot, SessionStore } from '@qqkit/core'
import { abortable } from '@qqkit/core/internal'

import { Turns } from './disk.js'

/** What is to be stored, and which changes it covers. */
export interface Snapshot {
  /** `null` clears the store. */
  readonly text: string | null
  readonly revision: number
}

/** What a {@link SessionWriter} needs. */
export interface SessionWriterOptions {
  /** Whose turns the writes take. */
  readonly store: SessionStore
  readonly slot: SessionSlot
  readonly clock: Clock
  /** What to store now. Called when a write begins, not when something changes. */
  readonly snapshot: () => Snapshot
  /** Everything up to a revision is stored. */
  readonly onStored: (revision: number) => void
  /** A write failed or hangs. Called once, until one succeeds again. */
  readonly onDegraded: (error: unknown) => void
  /** A write succeeded again. */
  readonly onRecovered: () => void
}

/** ms between the beginnings of two writes: a busy bot must not wear out a small disk. */
const PACE = 100
/** ms until a failed write is tried again. */
const RETRY = 5000
/** ms after which a write counts as hanging. */
const HANGS = 10_000

interface Waiter {
  readonly revision: number
  readonly resolve: () => void
}

/**
 * Brings what there is to store to the store: the latest state only, one write at a time, in order. Whoever reports a
 * change never waits and never sees an error.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions
  readonly #eager: boolean
  /** The newest revision that was reported. */
  #wanted = 0
  /** The newest one that somebody waits for. */
  #awaited = 0
  #written = 0
  #writing: Promise<void> | null = null
  #cancelPause: (() => void) | null = null
  #cancelHang: (() => void) | null = null
  #degraded = false
  #closed = false
  #waiters: Waiter[] = []

  constructor(options: SessionWriterOptions) {
    this.#options = options
    // What does not outlive the process need not be written before it ends.
    this.#eager = options.store.durable
  }

  /**
   * There is something new.
   *
   * @param urgent whether somebody waits for it: then the pause between two writes is left out
   */
  mark(revision: number, urgent: boolean): void {
    this.#wanted = revision
    if (urgent) this.#awaited = revision
    if (this.#closed || !this.#eager || this.#writing !== null) return
    if (this.#cancelPause === null || (urgent && !this.#degraded)) void this.#write()
  }

  /**
   * Resolves when everything so far is stored, but no later than after `ms`, and at once while the store does not work.
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
   * Writes what is not stored yet, without pauses.
   *
   * @param ms how long it may take
   * @returns whether everything is stored
   */
  async flush(ms: number): Promise<boolean> {
    if (this.#closed) return this.#written === this.#wanted
    const late = new AbortController()
    const cancel = this.#options.clock.setTimer(ms, () => late.abort())
    try {
      // Twice at most for a change: once for the write under way, once for what came since it began.
      while (!this.#closed && this.#written < this.#wanted) {
        const before = this.#written
        const underWay = this.#writing
        await abortable(underWay ?? this.#write(), late.signal)
        if (underWay === null && this.#written === before) break
      }
    } catch {
      // Time is up; the write goes on by itself, and nobody waits for it.
    }
    cancel()
    return this.#written === this.#wanted
  }

  /** Resolves when no write is under way. */
  async idle(): Promise<void> {
    await this.#writing
  }

  /** Begins no write any more. */
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
    this.#cancelHang = clock.setTimer(HANGS, () =>
      this.#degrade(new Error(`a write has taken over ${HANGS} ms`)),
    )
    let failed = false
    try {
      const revision = await inTurn(store, async () => this.#save())
      if (revision !== null) this.#onWritten(revision)
    } catch (error) {
      failed = true
      this.#degrade(error)
    }
    this.#cancelHang?.()
    if (this.#closed || !this.#eager) return
    // Also after the last change, so that changes in quick succession do not each begin a write of their own.
    const pace = this.#awaited > this.#written ? 0 : PACE
    this.#pause(failed ? RETRY : Math.max(0, begun + pace - clock.now()))
  }

  /** `null`: it was closed while it waited for its turn. */
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

  /** Lets go those who wait for anything up to a revision. */
  #release(revision: number): void {
    const done = this.#waiters.filter((waiter) => waiter.revision <= revision)
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > revision)
    for (const { resolve } of done) resolve()
  }
}

/** Shared by all who write to a store in this process. */
const turnsOf = new WeakMap<SessionStore, Turns>()

/** Runs some work on a store when what came before is through: a disk that hangs takes one thread, not one for each shard. */
const inTurn = async <T>(store: SessionStore, work: () => Promise<T>): Promise<T> => {
  const turns = turnsOf.get(store) ?? new Turns()
  turnsOf.set(store, turns)
  return turns.run(work)
}
