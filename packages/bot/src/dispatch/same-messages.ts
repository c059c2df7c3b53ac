import { GenerationalMap, type Named, RecentTexts } from '@qqkit/core/internal'

/** What tells messages with one id apart (§4.1). */
export interface Namesake extends Named {
  /** `msg_idx`; `null` where the event has none. */
  readonly index: string | null
  /** The index of a copy, where the first event had none. */
  copyIndex: string | null
}

/** Unambiguous whatever the two contain. */
const keyOf = (id: string, index: string): string => `${id.length}:${id}:${index}`

/**
 * Decides whether two events carry the same message (§4.1; twins §4.3 and §4.6), for events of any name and any source. Per
 * message id: an event with an index is a copy if that index was seen, or if all earlier events had no index. An event
 * without index is a copy of the first one seen, and later events are never its copies.
 *
 * Bounded even if the platform gives everything one id: ids and indexes are each forgotten by age.
 */
export class SameMessages<M extends Namesake> {
  /** The first of each id: mostly the only one. */
  readonly #byId: RecentTexts<M>
  /** All but the first of an id. */
  readonly #others: GenerationalMap<M>
  #hasOthers = false

  /**
   * @param capacity how many messages are remembered at least
   * @param keeps whether a message must not be forgotten yet, however old it is
   * @param revive makes a message again that was released, from its id and its note
   */
  constructor(capacity: number, keeps: (message: M) => boolean, revive: (id: string, note: string) => M) {
    this.#byId = new RecentTexts({ size: capacity, keeps, revive })
    this.#others = new GenerationalMap({ size: capacity, keeps })
  }

  /** The message of an event: an earlier one, or `newcomer`, which is remembered then. */
  enter(id: string, newcomer: M): M {
    const first = this.#byId.getOrAdd(id, newcomer)
    if (first === newcomer) return this.#restored(id, newcomer)
    const { index } = newcomer
    const known = first.index ?? first.copyIndex
    if (index === null || index === known) return first
    if (known === null) {
      first.copyIndex = index
      return first
    }
    const other = this.#others.getOrAdd(keyOf(id, index), newcomer)
    // Added again: an id must not be forgotten before the last message that has it.
    if (other === newcomer) this.#byId.renew(id, first)
    this.#hasOthers = true
    return other
  }

  /** The first of an id was forgotten, and another one may be open still: it is the first from now on. */
  #restored(id: string, newcomer: M): M {
    const { index } = newcomer
    const other = this.#hasOthers && index !== null ? this.#others.get(keyOf(id, index)) : undefined
    if (other) this.#byId.renew(id, other)
    return other ?? newcomer
  }

  /** Nothing is left to say about a message than its id and its index. */
  release(message: M): void {
    this.#byId.release(message)
  }
}
