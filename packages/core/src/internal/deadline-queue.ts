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
    if (length === 0) this.#heap = [deadline]
    else if (length === 1) this.#heap = [this.#heap[0]!, deadline]
    this.#up(deadline, length)
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
    for (const deadline of all) deadline.index = -1
    this.#disarm()
    return all
  }

  #remove(deadline: D): boolean {
    const { index } = deadline
    if (this.#heap[index] !== deadline) return false
    deadline.index = -1
    const last = this.#heap.pop()!
    if (last === deadline) return true
    const parent = this.#heap[(index - 1) >> 1]
    if (index > 0 && parent && last.due < parent.due) this.#up(last, index)
    else this.#down(last, index)
    return true
  }

  /** Puts a deadline at `index` or nearer to the root. */
  #up(deadline: D, index: number): void {
    let at = index
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#heap[above]!
      if (parent.due <= deadline.due) break
      this.#put(parent, at)
      at = above
    }
    this.#put(deadline, at)
  }

  /** Puts a deadline at `index` or farther from the root. */
  #down(deadline: D, index: number): void {
    let at = index
    for (;;) {
      let below = 2 * at + 1
      const right = this.#heap[below + 1]
      if (right && right.due < this.#heap[below]!.due) below += 1
      const child = this.#heap[below]
      if (!child || child.due >= deadline.due) break
      this.#put(child, at)
      at = below
    }
    this.#put(deadline, at)
  }

  #put(deadline: D, index: number): void {
    this.#heap[index] = deadline
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
      const [next] = this.#heap
      if (next && next.due < this.#armedAt) this.#arm(next.due)
    }
  }

  /** The deadlines due at `now`, the earliest first. The children of a deadline that is not due are not due either. */
  #dueBy(now: number): readonly D[] {
    const due: D[] = []
    const open = [0]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const deadline = this.#heap[at]
      if (!deadline || deadline.due > now) continue
      due.push(deadline)
      open.push(2 * at + 1, 2 * at + 2)
    }
    return due.toSorted((a, b) => a.due - b.due)
  }
}
