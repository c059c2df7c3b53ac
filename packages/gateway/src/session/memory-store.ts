import { SessionBusyError, type SessionKey, type SessionSlot, type SessionStore } from '@qqkit/core'

interface Place {
  readonly name: string
  text: string | null
  taken: boolean
}

const nameOf = ({ appId, shard }: SessionKey): string => JSON.stringify([appId, shard.index, shard.total])

/**
 * Keeps sessions in this process only: enough to resume after a disconnect, and to pass a session from one gateway to the
 * next by giving both the same store. The default.
 *
 * @example
 * const store = memorySessionStore()
 * const gateway = new Gateway({ access, intents, store })
 */
export const memorySessionStore = (): SessionStore => new MemorySessionStore()

class MemorySessionStore implements SessionStore {
  readonly durable = false
  #places: readonly Place[] = []

  async open(key: SessionKey): Promise<SessionSlot> {
    const name = nameOf(key)
    const known = this.#places.find((one) => one.name === name)
    const place = known ?? { name, text: null, taken: false }
    if (place.taken) {
      throw new SessionBusyError({ key, holder: 'another gateway of this process', place: 'memory' })
    }
    place.taken = true
    if (!known) this.#places = this.#places.concat(place)
    return new MemorySlot(place)
  }
}

class MemorySlot implements SessionSlot {
  #place: Place | null

  constructor(place: Place) {
    this.#place = place
  }

  async load(): Promise<string | null> {
    return this.#place?.text ?? null
  }

  async save(text: string): Promise<void> {
    if (this.#place) this.#place.text = text
  }

  async clear(): Promise<void> {
    if (this.#place) this.#place.text = null
  }

  async close(): Promise<void> {
    if (this.#place) this.#place.taken = false
    this.#place = null
  }
}
