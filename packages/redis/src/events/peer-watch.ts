import type { Clock, LogSink } from '@qqkit/core'

import { findingOf, type RedisFinding, type RedisFindingCode } from '../decisions/findings.js'
import { Wake } from '../port/wake.js'

/** What a {@link PeerWatch} works with. */
export interface PeerWatchDeps {
  readonly clock: Clock
  readonly log: LogSink
  /** Looks at the others; resolves with what is missing. It may reject while the server is away. */
  readonly look: () => Promise<Missing | null>
}

/** Processes without which nothing arrives. */
export interface Missing {
  readonly code: RedisFindingCode
  readonly message: string
}

/** ms between two looks, and until something that is missing is reported. */
const LOOK = 20_000
const PATIENCE = 60_000

/** Looks now and then whether the processes on the other side of the queue are there. */
export class PeerWatch {
  /** What has been missing for a minute. */
  problem: RedisFinding | null = null
  readonly #deps: PeerWatchDeps
  readonly #wake: Wake
  #since: number | null = null
  #closed = false

  constructor(deps: PeerWatchDeps) {
    this.#deps = deps
    this.#wake = new Wake(deps.clock)
  }

  /** Looks until it is closed. Never rejects. */
  async run(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#see(await this.#deps.look())
      } catch {
        // What waits for the server says so.
      }
      if (!this.#closed) await this.#wake.wait(LOOK)
    }
  }

  close(): void {
    this.#closed = true
    this.#wake.now()
  }

  #see(missing: Missing | null): void {
    const { clock, log } = this.#deps
    if (missing === null) {
      this.#since = null
      this.problem = null
      return
    }
    this.#since ??= clock.now()
    if (this.problem !== null || clock.now() - this.#since < PATIENCE) return
    this.problem = findingOf(missing.code, missing.message)
    const { code, text, advice } = this.problem
    log({ level: 'warn', event: 'redis.finding', code, message: text.en, advice })
  }
}
