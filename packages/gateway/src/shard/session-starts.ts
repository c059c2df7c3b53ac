import type { Clock, SessionSlot } from '@qqkit/core'
import * as v from 'valibot'

import { isSeq } from '../machine/session.js'
import { inTime } from '../session/persistence.js'

/** Session starts of a bot as stored; times are wall ms. */
export interface SessionStarts {
  /** When the Identifies of the last seconds were sent. */
  readonly usedAt: readonly number[]
  /** Permits that were held: each may have been used at any moment since. */
  readonly held: number
  /** While the day's budget is spread: when the next start is allowed. */
  readonly notBefore: number | null
}

const schema = v.object({
  usedAt: v.custom<readonly number[]>(
    (value) => Array.isArray(value) && value.length <= 10_000 && value.every(Number.isFinite),
  ),
  held: v.custom<number>((value) => isSeq(value) && value <= 10_000),
  notBefore: v.custom<number | null>((value) => value === null || Number.isFinite(value)),
})

/** Decodes a store's text; `null` when it is damaged. */
const decodeStarts = (text: string | null): SessionStarts | null => {
  try {
    const result = v.safeParse(schema, JSON.parse(text ?? ''))
    return result.success ? result.output : null
  } catch {
    return null
  }
}

/** ms that the store may take; after that no start waits for it until it has answered. */
const STORE_TIMEOUT = 5000

/** Dependencies of a {@link SessionStartStore}. */
export interface SessionStartStoreDeps {
  readonly place: Pick<SessionSlot, 'load' | 'save'>
  readonly clock: Clock
  /** Called once with what an earlier process stored, before the first write; `null` when that is unknown. */
  readonly onOpened: (found: SessionStarts | null) => void
  /** Returns what to store. Called when a write begins. */
  readonly starts: () => SessionStarts
}

/** Stores session starts for the next process. Never rejects: a bot whose disk does not work continues without. */
export class SessionStartStore {
  readonly #options: SessionStartStoreDeps
  #opened: Promise<void> | null = null
  #last: Promise<void> = Promise.resolve()
  /** A write that has not begun yet: it will store the state of that moment. */
  #next: Promise<void> | null = null
  #works = true

  constructor(options: SessionStartStoreDeps) {
    this.#options = options
  }

  /** Loads what an earlier process stored, once. */
  async open(): Promise<void> {
    return (this.#opened ??= this.#open())
  }

  /** Schedules a write. */
  mark(): void {
    this.#last = this.#next ??= this.#last.then(async () => this.#write())
  }

  /** Resolves when the present state is stored, or cannot be. */
  async flush(): Promise<void> {
    this.mark()
    if (this.#works) await this.#inTime(async () => this.#last).catch(() => (this.#works = false))
  }

  async #open(): Promise<void> {
    const { place, onOpened } = this.#options
    const loading = this.#inTime(async () => place.load())
    onOpened(decodeStarts(await loading.catch(() => null)))
  }

  async #write(): Promise<void> {
    this.#next = null
    const { place, starts } = this.#options
    this.#works = await place.save(JSON.stringify(starts())).then(
      () => true,
      () => false,
    )
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    return inTime(this.#options.clock, STORE_TIMEOUT, 'the store', work)
  }
}
