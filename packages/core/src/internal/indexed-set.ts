/** A member of an {@link IndexedSet}, in one set at a time. */
export interface Indexed {
  /** Set by the set; -1 outside. */
  index: number
}

/**
 * A set with frequent additions and deletions: each member knows its index, and the last one takes the place of a deleted one.
 * A `Set` would keep deleted members reachable through its backing store, so that short-lived objects get promoted by the
 * garbage collector.
 */
export class IndexedSet<M extends Indexed> {
  readonly #members: M[] = []

  get size(): number {
    return this.#members.length
  }

  /** A copy of the members, in no particular order. */
  all(): readonly M[] {
    return [...this.#members]
  }

  add(member: M): void {
    member.index = this.#members.push(member) - 1
  }

  /** @returns whether it was a member */
  delete(member: M): boolean {
    const { index } = member
    const last = this.#members[index] === member ? this.#members.pop() : undefined
    if (!last) return false
    member.index = -1
    if (last === member) return true
    this.#members[index] = last
    last.index = index
    return true
  }
}
