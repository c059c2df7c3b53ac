/** Something that can be in a {@link Bag}, in one at a time. */
export interface Member {
  /** Kept by the bag; -1 outside. */
  place: number
}

/**
 * A set that is added to and taken from all the time. Each member knows its place, so that taking it out costs nothing and
 * leaves nothing: a `Set` leaves tables full of what it once held, through which the garbage of one call keeps that of the
 * next alive.
 */
export class Bag<M extends Member> {
  readonly #members: M[] = []

  get size(): number {
    return this.#members.length
  }

  /** The members now, in no particular order. */
  all(): readonly M[] {
    return [...this.#members]
  }

  add(member: M): void {
    member.place = this.#members.push(member) - 1
  }

  /** Whether it was in. */
  remove(member: M): boolean {
    const { place } = member
    const last = this.#members[place] === member ? this.#members.pop() : undefined
    if (!last) return false
    member.place = -1
    if (last === member) return true
    this.#members[place] = last
    last.place = place
    return true
  }
}
