import { QqkitError, type SessionSlot } from '@qqkit/core'
import { fileSessionStore } from '@qqkit/gateway'

import { checkFileParkStore, type FileParkStoreOptions, ParkedReplies, type ParkStore } from './park-store.js'
import type { ParkedReply } from './parked-reply.js'

/**
 * Keeps parked replies in a file, so that they outlive a crash. Every change replaces the whole file atomically; a second
 * process is refused.
 *
 * @example
 * new Bot({ …, onUndeliverable: 'park', parking: { store: fileParkStore({ path: './parked.json' }) } })
 * @throws OptionsError
 */
export const fileParkStore = (options: FileParkStoreOptions): ParkStore => new FileParkStore(options)

/** The error for a file that is not of this store. */
const foreign = (path: string, cause: unknown): QqkitError =>
  new QqkitError({
    code: 'park_file_foreign',
    message: `${path} holds something else than parked replies`,
    advice: {
      en: 'Give fileParkStore a file of its own, or remove this one if nobody needs it.',
      zh: '请为 fileParkStore 指定单独的文件；如果该文件已无用，请删除它。',
    },
    cause,
  })

const readBook = (text: string, path: string): ParkedReplies => {
  try {
    const { parked } = JSON.parse(text) as { readonly parked: never }
    if (Array.isArray(parked)) return new ParkedReplies(parked)
  } catch (error) {
    throw foreign(path, error)
  }
  throw foreign(path, undefined)
}

class FileParkStore implements ParkStore {
  readonly #options: Required<FileParkStoreOptions>
  #open: Promise<{ readonly slot: SessionSlot; book: ParkedReplies }> | null = null
  /** One change at a time: each begins with the result of the one before. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: FileParkStoreOptions) {
    this.#options = checkFileParkStore(options)
  }

  async put(place: string, reply: ParkedReply): Promise<readonly ParkedReply[]> {
    return this.#change((book) => {
      const { book: next, dropped } = book.put(place, reply, this.#options)
      return { next, result: dropped }
    })
  }

  async take(place: string): Promise<ParkedReply | null> {
    return this.#change((book) => {
      const taken = book.take(place)
      return { next: taken?.book ?? book, result: taken?.reply ?? null }
    })
  }

  async close(): Promise<readonly ParkedReply[]> {
    await this.#last.catch(() => {})
    const open = this.#open
    this.#open = null
    await (await open?.catch(() => null))?.slot.close()
    return []
  }

  async #change<T>(
    decide: (book: ParkedReplies) => { readonly next: ParkedReplies; readonly result: T },
  ): Promise<T> {
    const change = this.#last
      .catch(() => {})
      .then(async () => {
        const place = await this.#place()
        const { next, result } = decide(place.book)
        if (next === place.book) return result
        await place.slot.save(JSON.stringify({ parked: next.toJSON() }))
        place.book = next
        return result
      })
    this.#last = change
    return change
  }

  async #place(): Promise<{ readonly slot: SessionSlot; book: ParkedReplies }> {
    this.#open ??= this.#load()
    // A file that could not be read now may be readable later.
    this.#open.catch(() => (this.#open = null))
    return this.#open
  }

  async #load(): Promise<{ readonly slot: SessionSlot; book: ParkedReplies }> {
    const { path } = this.#options
    const slot = await fileSessionStore({ path }).open({ appId: 'parked', shard: { index: 0, total: 1 } })
    try {
      const text = await slot.load()
      return { slot, book: text === null ? new ParkedReplies() : readBook(text, path) }
    } catch (error) {
      await slot.close()
      throw error
    }
  }
}
