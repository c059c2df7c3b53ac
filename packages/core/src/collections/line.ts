/** Something that can stand in a {@link Line}, in one at a time. */
export interface Standing<T> {
  /** Kept by the line. */
  before: T | null
  /** Kept by the line. */
  after: T | null
}

/**
 * Those that wait, in the order of their coming; anyone can leave. Whoever leaves lets go of its neighbours: a `Set` keeps
 * tables full of those that once were in it, through which garbage keeps younger garbage alive.
 */
export class Line<T extends Standing<T>> {
  #first: T | null = null
  #last: T | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Who came first of those that are still here. */
  get first(): T | null {
    return this.#first
  }

  push(one: T): void {
    one.before = this.#last
    if (this.#last) this.#last.after = one
    else this.#first = one
    this.#last = one
    this.#length += 1
  }

  /** Takes out one that stands in this line. */
  remove(one: T): void {
    if (one.before) one.before.after = one.after
    else this.#first = one.after
    if (one.after) one.after.before = one.before
    else this.#last = one.before
    one.before = null
    one.after = null
    this.#length -= 1
  }

  /** Takes out who came first; `null` when nobody stands here. */
  shift(): T | null {
    const first = this.#first
    if (first) this.remove(first)
    return first
  }
}
