import { Readable } from 'node:stream'

/** A body of known length that is read while it leaves, from the start for each attempt. Its content is in nobody's inspection. */
export class StreamBody {
  /** Its content type; `null` for none. */
  readonly type: string | null
  /** Bytes. */
  readonly length: number
  readonly #pieces: () => AsyncIterable<Uint8Array>
  #failure: { readonly reason: unknown } | null = null

  constructor(type: string | null, length: number, pieces: () => AsyncIterable<Uint8Array>) {
    this.type = type
    this.length = length
    this.#pieces = pieces
  }

  /** What reading it failed with, in the last attempt; `null` when it did not. */
  get failure(): { readonly reason: unknown } | null {
    return this.#failure
  }

  /** The body for one attempt. */
  open(): Readable {
    this.#failure = null
    return Readable.from(this.#read(), { objectMode: false, highWaterMark: 1 })
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#pieces()
    } catch (reason) {
      this.#failure = { reason }
      throw reason
    }
  }
}
