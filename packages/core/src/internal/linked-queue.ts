/** An entry of a {@link LinkedQueue}, in one queue at a time. */
export interface Linked<T> {
  /** Set by the queue. */
  prev: T | null
  /** Set by the queue. */
  next: T | null
}

/**
 * An intrusive FIFO list with O(1) removal. A `Set` would keep deleted entries reachable through its backing store, so that
 * short-lived objects get promoted by the garbage collector.
 */
export class LinkedQueue<T extends Linked<T>> {
  #first: T | null = null
  #last: T | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The entry that has been in the queue for longest. */
  get first(): T | null {
    return this.#first
  }

  push(entry: T): void {
    entry.prev = this.#last
    if (this.#last) this.#last.next = entry
    else this.#first = entry
    this.#last = entry
    this.#length += 1
  }

  /** Removes an entry of this queue, wherever it is. */
  remove(entry: T): void {
    if (entry.prev) entry.prev.next = entry.next
    else this.#first = entry.next
    if (entry.next) entry.next.prev = entry.prev
    else this.#last = entry.prev
    entry.prev = null
    entry.next = null
    this.#length -= 1
  }

  /** Removes and returns the first entry; `null` when the queue is empty. */
  shift(): T | null {
    const first = this.#first
    if (first) this.remove(first)
    return first
  }
}
