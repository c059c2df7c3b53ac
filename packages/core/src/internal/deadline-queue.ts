import type { CancelTimer, Clock } from '../clock.js'

/** Work with a time limit; in one {@link DeadlineQueue} at a time. */
export interface Deadline {
  /** Its place in the queue; -1 outside. Set by the queue. */
  index: number
  /** When it is due, in ms of the clock. Set by the queue. */
  due: number
  /** Called once when it is due, after it has been removed from the queue. */
  onDeadline(): void
}

/**
 * Many deadlines behind one timer: an indexed binary heap. Nearly all work ends long before its deadline, so a timer for
 * each would cost more than the work's other bookkeeping. Equal deadlines fire in any order.
 *
 * @example
 *   const queue = new DeadlineQueue(clock)
 *   const call = { due: 0, index: -1, onDeadline: () => controller.abort() }
 *   queue.add(call, clock.now() + 5_000)
 *   queue.delete(call) // the call has ended in time
 */
export class DeadlineQueue<D extends Deadline = Deadline> {
  readonly #clock: Clock
  /** The earliest deadline at 0; the parent of `i` at `(i - 1) >> 1`. */
  #heap: D[] = []
  /** The times of `#heap`: the field `due` of objects of five classes takes as long to read as all else about a deadline. */
  #dues: number[] = []
  /** When the timer fires. It may be the time of a deleted deadline, so that a deletion sets no new timer. */
  #armedAt = Infinity
  #cancel: CancelTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many deadlines are pending. */
  get size(): number {
    return this.#heap.length
  }

  /** Adds a deadline that is due at a time of the clock. */
  add(deadline: D, due: number): void {
    deadline.due = due
    const { length } = this.#heap
    // As literals: a list that grows has room for sixteen more, and most shards and clients wait for one or two things.
    if (length === 0) [this.#heap, this.#dues] = [[deadline], [due]]
    else if (length === 1)
      [this.#heap, this.#dues] = [
        [this.#heap[0]!, deadline],
        [this.#dues[0]!, due],
      ]
    this.#up(deadline, due, length)
    if (due < this.#armedAt) this.#arm(due)
  }

  /** Removes a deadline. @returns whether it was pending */
  delete(deadline: D): boolean {
    if (!this.#remove(deadline)) return false
    // A timer that no deadline needs would keep the process alive.
    if (this.#heap.length === 0) this.#disarm()
    return true
  }

  /** Removes all deadlines. @returns them, the earliest first */
  clear(): readonly D[] {
    const all = this.#heap.splice(0).toSorted((a, b) => a.due - b.due)
    this.#dues = []
    for (const deadline of all) deadline.index = -1
    this.#disarm()
    return all
  }

  #remove(deadline: D): boolean {
    const { index } = deadline
    if (this.#heap[index] !== deadline) return false
    deadline.index = -1
    const last = this.#heap.pop()!
    const due = this.#dues.pop()!
    if (last === deadline) return true
    if (index > 0 && due < this.#dues[(index - 1) >> 1]!) this.#up(last, due, index)
    else this.#down(last, due, index)
    return true
  }

  /** Puts a deadline at `index` or nearer to the root. */
  #up(deadline: D, due: number, index: number): void {
    let at = index
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.#dues[above]! <= due) break
      this.#move(above, at)
      at = above
    }
    this.#put(deadline, due, at)
  }

  /** Puts a deadline at `index` or farther from the root. */
  #down(deadline: D, due: number, index: number): void {
    const { length } = this.#dues
    let at = index
    for (;;) {
      let below = 2 * at + 1
      if (below + 1 < length && this.#dues[below + 1]! < this.#dues[below]!) below += 1
      if (below >= length || this.#dues[below]! >= due) break
      this.#move(below, at)
      at = below
    }
    this.#put(deadline, due, at)
  }

  #move(from: number, to: number): void {
    this.#put(this.#heap[from]!, this.#dues[from]!, to)
  }

  #put(deadline: D, due: number, index: number): void {
    this.#heap[index] = deadline
    this.#dues[index] = due
    deadline.index = index
  }

  #arm(due: number): void {
    this.#disarm()
    this.#armedAt = due
    this.#cancel = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => this.#onTimer())
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedAt = Infinity
  }

  #onTimer(): void {
    this.#disarm()
    const now = this.#clock.now()
    try {
      // A callback may remove another deadline that is due as well, add one, or move one to later.
      for (const deadline of this.#dueBy(now))
        if (deadline.due <= now && this.#remove(deadline)) deadline.onDeadline()
    } finally {
      const [next = Infinity] = this.#dues
      if (next < this.#armedAt) this.#arm(next)
    }
  }

  /** The deadlines due at `now`, the earliest first. The children of a deadline that is not due are not due either. */
  #dueBy(now: number): readonly D[] {
    const due: D[] = []
    const open = [0]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at >= this.#heap.length || this.#dues[at]! > now) continue
      due.push(this.#heap[at]!)
      open.push(2 * at + 1, 2 * at + 2)
    }
    return due.toSorted((a, b) => a.due - b.due)
  }
}
