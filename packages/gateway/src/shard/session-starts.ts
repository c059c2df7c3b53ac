import type { Clock, SessionSlot } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'
import * as v from 'valibot'

/** What is written down of the session starts of a bot; times are wall ms. */
export interface SessionStarts {
  /** When those of the last seconds were made. */
  readonly usedAt: readonly number[]
  /** Permits that were out: each may have been used at any moment since. */
  readonly held: number
  /** While the day's budget is spread: when the next one is due. */
  readonly notBefore: number | null
}

const wall = v.pipe(v.number(), v.finite())

const schema = v.object({
  usedAt: v.pipe(v.array(wall), v.maxLength(10_000)),
  held: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)),
  notBefore: v.nullable(wall),
})

/** As the text that a store keeps. */
const encodeStarts = ({ usedAt, held, notBefore }: SessionStarts): string =>
  JSON.stringify({ usedAt, held, notBefore })

/** Makes sense of a store's text; `null` when it makes none. */
const decodeStarts = (text: string | null): SessionStarts | null => {
  try {
    return v.parse(schema, JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

/** ms that the store may take; after that nobody waits for it until it has answered. */
const PATIENCE = 5000

/** What a {@link StartsBook} needs. */
export interface StartsBookOptions {
  readonly place: Pick<SessionSlot, 'load' | 'save'>
  readonly clock: Clock
  /** What an earlier process wrote down; `null` when that is not known. Called once, before anything is noted. */
  readonly onOpened: (found: SessionStarts | null) => void
  /** What to note. Called when a write begins. */
  readonly starts: () => SessionStarts
}

/** Notes session starts for the next process. Never rejects: a bot whose disk does not work goes on without. */
export class StartsBook {
  readonly #options: StartsBookOptions
  #opened: Promise<void> | null = null
  #last: Promise<void> = Promise.resolve()
  /** It has not begun yet, so it will note whatever is so by then. */
  #next: Promise<void> | null = null
  #answers = true

  constructor(options: StartsBookOptions) {
    this.#options = options
  }

  /** Reads what an earlier process wrote, once. */
  async open(): Promise<void> {
    return (this.#opened ??= this.#open())
  }

  /** Something has changed. */
  note(): void {
    this.#last = this.#next ??= this.#last.then(async () => this.#write())
  }

  /** Resolves when what is so now is stored, or cannot be. */
  async noted(): Promise<void> {
    this.note()
    if (this.#answers) await this.#inTime(this.#last).catch(() => (this.#answers = false))
  }

  async #open(): Promise<void> {
    const { place, onOpened } = this.#options
    const loading = this.#inTime((async () => place.load())())
    onOpened(decodeStarts(await loading.catch(() => null)))
  }

  async #write(): Promise<void> {
    this.#next = null
    const { place, starts } = this.#options
    this.#answers = await place.save(encodeStarts(starts())).then(
      () => true,
      () => false,
    )
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#options
    const onTimeout = (): Error => new Error('the store does not answer')
    return withDeadline({ clock, ms: PATIENCE, onTimeout }, async () => work)
  }
}
