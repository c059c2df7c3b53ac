/** `max_concurrency` counts session starts in this many ms (§3.1). */
const WINDOW = 5000

/** Places for the identifies of any 5 s. A place is held from the permit on, and 5 s longer once it was used. */
export class IdentifyWindow {
  #places = 1
  #held = 0
  /** When each used place becomes free, ascending. */
  readonly #coolingUntil: number[] = []

  /** How many are held. */
  get held(): number {
    return this.#held
  }

  /** When the identifies of these 5 s were sent, ascending. */
  usedAt(now: number): readonly number[] {
    return this.#coolingUntil.filter((until) => until > now).map((until) => until - WINDOW)
  }

  resize(places: number): void {
    this.#places = places
  }

  /** ms until a place is free; `Infinity` when only a release can free one. */
  delay(now: number): number {
    while ((this.#coolingUntil[0] ?? Infinity) <= now) this.#coolingUntil.shift()
    // After a shrink more than one has to become free.
    const excess = this.#held + this.#coolingUntil.length - this.#places
    return excess < 0 ? 0 : (this.#coolingUntil[excess] ?? Infinity) - now
  }

  take(): void {
    this.#held += 1
  }

  /** @param usedAt when an Identify was sent; `null` when none was */
  giveBack(usedAt: number | null): void {
    this.#held -= 1
    if (usedAt !== null) this.#coolingUntil.push(usedAt + WINDOW)
  }
}
