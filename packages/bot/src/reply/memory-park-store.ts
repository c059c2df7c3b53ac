import { checkParkLimits, ParkedReplies, type ParkLimits, type ParkStore } from './park-store.js'
import type { ParkedReply } from './parked-reply.js'

/**
 * Keeps parked replies in this process: they are lost when it ends. The default.
 *
 * @example
 * new Bot({ …, onUndeliverable: 'park', parking: { store: memoryParkStore({ perPlace: 3 }) } })
 * @throws OptionsError
 */
export const memoryParkStore = (limits: ParkLimits = {}): ParkStore =>
  new MemoryParkStore(checkParkLimits('memoryParkStore', limits))

class MemoryParkStore implements ParkStore {
  readonly #limits: Required<ParkLimits>
  #book = new ParkedReplies()

  constructor(limits: Required<ParkLimits>) {
    this.#limits = limits
  }

  async put(place: string, reply: ParkedReply): Promise<readonly ParkedReply[]> {
    const { book, dropped } = this.#book.put(place, reply, this.#limits)
    this.#book = book
    return dropped
  }

  async take(place: string): Promise<ParkedReply | null> {
    const taken = this.#book.take(place)
    if (taken) this.#book = taken.book
    return taken?.reply ?? null
  }

  async close(): Promise<readonly ParkedReply[]> {
    return this.#book.toJSON().flatMap(([, replies]) => replies)
  }
}
