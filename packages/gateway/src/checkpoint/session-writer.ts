import { abortable, type Clock, type SessionSlot } from '@qqkit/core'

/** What a {@link SessionWriter} needs. */
export interface SessionWriterOptions {
  readonly slot: SessionSlot
  readonly clock: Clock
  /** What to store now; `null` clears the store. Called when a write begins, not when something changes. */
  readonly snapshot: () => string | null
  /** Write as soon as something changes, or only when flushed. */
  readonly eager: boolean
  /** A write failed or hangs. Called once, until one succeeds again. */
  readonly onDegraded: (error: unknown) => void
  /** A write succeeded again. */
  readonly onRecovered: () => void
}

/** ms between the beginnings of two writes: a busy bot must not turn into a disk benchmark. */
const PACE = 10
/** ms until a failed write is tried again. */
const RETRY = 5000
/** ms after which a write counts as hanging. */
const HANGS = 10_000

interface Waiter {
  readonly mark: number
  readonly resolve: () => void
}

/**
 * Brings what there is to store to the store: the latest state only, one write at a time, in order. Whoever reports a
 * change never waits and never sees an error.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions
  /** Counts changes; what is written covers all up to a mark. */
  #mark = 0
  #written = 0
  #writing: Promise<void> | null = null
  #cancelPause: (() => void) | null = null
  #cancelHang: (() => void) | null = null
  #degraded = false
  #closed = false
  #waiters: Waiter[] = []

  constructor(options: SessionWriterOptions) {
    this.#options = options
  }

  /** Something changed. */
  mark(): void {
    this.#mark += 1
    if (this.#closed) return
    if (this.#options.eager && this.#writing === null && this.#cancelPause === null) void this.#write()
  }

  /**
   * Resolves when everything marked so far is stored, but no later than after `ms`, and at once while the store does not
   * work. Never rejects.
   */
  async landed(ms: number): Promise<void> {
    const mark = this.#mark
    if (this.#written >= mark || this.#degraded || this.#closed || !this.#options.eager) return
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimer(ms, resolve)
      this.#waiters.push({
        mark,
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
    if (this.#closed) return this.#written === this.#mark
    const late = new AbortController()
    const cancel = this.#options.clock.setTimer(ms, () => late.abort())
    try {
      // Twice at most for a change: once for the write under way, once for what came since it began.
      while (!this.#closed && this.#written < this.#mark) {
        const before = this.#written
        const underWay = this.#writing
        await abortable(underWay ?? this.#write(), late.signal)
        if (underWay === null && this.#written === before) break
      }
    } catch {
      // Time is up; the write goes on by itself, and nobody waits for it.
    }
    cancel()
    return this.#written === this.#mark
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
    const { clock, slot, snapshot } = this.#options
    const begun = clock.now()
    const mark = this.#mark
    this.#cancelHang = clock.setTimer(HANGS, () =>
      this.#degrade(new Error(`a write has taken over ${HANGS} ms`)),
    )
    let failed = false
    try {
      const text = snapshot()
      await (text === null ? slot.clear() : slot.save(text))
      this.#written = mark
      this.#recover()
      this.#release(mark)
    } catch (error) {
      failed = true
      this.#degrade(error)
    }
    this.#cancelHang?.()
    if (this.#closed || !this.#options.eager) return
    // Also after the last change, so that changes in quick succession do not each begin a write of their own.
    this.#pause(failed ? RETRY : Math.max(0, begun + PACE - clock.now()))
  }

  #pause(ms: number | null): void {
    this.#cancelPause?.()
    this.#cancelPause = null
    if (ms === null) return
    this.#cancelPause = this.#options.clock.setTimer(ms, () => {
      this.#cancelPause = null
      if (this.#written < this.#mark && this.#writing === null) void this.#write()
    })
  }

  #degrade(error: unknown): void {
    if (!this.#degraded && !this.#closed) this.#options.onDegraded(error)
    this.#degraded = true
    this.#release(Infinity)
  }

  #recover(): void {
    if (this.#degraded && !this.#closed) this.#options.onRecovered()
    this.#degraded = false
  }

  /** Lets go those who wait for anything up to `mark`. */
  #release(mark: number): void {
    const done = this.#waiters.filter((waiter) => waiter.mark <= mark)
    this.#waiters = this.#waiters.filter((waiter) => waiter.mark > mark)
    for (const { resolve } of done) resolve()
  }
}
