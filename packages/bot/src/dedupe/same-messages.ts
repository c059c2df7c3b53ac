import { RecentKeys } from '@qqkit/core'

import type { MessageName } from './message-name.js'

/** The messages that came under one id. */
interface Namesakes<M> {
  readonly first: M
  /** Whether an event with an index came. */
  indexed: boolean
}

/** Unambiguous whatever the two contain. */
const keyOf = ({ id }: MessageName, index: string): string => `${id.length}:${id}:${index}`

/**
 * The one place that says what the same message is (§4.1; twins §4.3 and §4.6), for events of any name and any source. Per
 * message id: an event with an index is a copy if that index was seen, or if until now only events without index were; an
 * event without index is a copy of the first one seen, and as a copy makes none of the later ones a copy.
 *
 * Bounded, also where the platform puts one id on everything: ids and indexes are each forgotten by age.
 */
export class SameMessages<M> {
  readonly #byId: RecentKeys<Namesakes<M>>
  readonly #byIndex: RecentKeys<M>

  /**
   * @param capacity how many messages are remembered at least
   * @param keeps whether a message must not be forgotten yet, however old it is
   */
  constructor(capacity: number, keeps: (message: M) => boolean) {
    this.#byId = new RecentKeys({ size: capacity, keeps: ({ first }) => keeps(first) })
    this.#byIndex = new RecentKeys({ size: capacity, keeps })
  }

  /** The message that an event belongs to: one that came before, or `newcomer`, which is remembered then. */
  enter(name: MessageName, newcomer: M): M {
    const { id, index } = name
    const namesakes = this.#byId.get(id)
    const seen =
      index === null ? namesakes?.first : (this.#byIndex.get(keyOf(name, index)) ?? unindexed(namesakes))
    const message = seen ?? newcomer
    if (seen === undefined) this.#byId.add(id, namesakes ?? { first: newcomer, indexed: index !== null })
    if (index !== null) this.#index(name, index, message, namesakes)
    return message
  }

  #index(name: MessageName, index: string, message: M, namesakes: Namesakes<M> | undefined): void {
    if (namesakes) namesakes.indexed = true
    const key = keyOf(name, index)
    if (this.#byIndex.get(key) === undefined) this.#byIndex.add(key, message)
  }
}

/** What stands for all events of an id for as long as none of them had an index. */
const unindexed = <M>(namesakes: Namesakes<M> | undefined): M | undefined =>
  namesakes?.indexed === false ? namesakes.first : undefined
