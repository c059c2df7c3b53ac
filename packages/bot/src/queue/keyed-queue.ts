/** A piece of work in a lane. */
export interface Task {
  /** Never rejects. */
  run(): Promise<void>
  /** Called instead of `run` when it had to make room. */
  drop(): void
}

/** What is in a queue. */
export interface QueueSize {
  readonly running: number
  readonly waiting: number
}

/** Which task gives way when the queue is full: the one that waited longest, or the one that just came. */
export type Overflow = 'drop-oldest' | 'drop-newest'

/** How a {@link KeyedQueue} is bounded. */
export interface QueueLimits {
  /** Lanes that run at a time. */
  readonly concurrency: number
  /** Tasks that wait, over all lanes. */
  readonly waiting: number
  /** Asked when a task comes and the queue is full. */
  readonly onFull: (key: string, size: QueueSize) => Overflow
}

interface Waiting {
  readonly key: string
  readonly task: Task
}

/** Runs tasks of one key one after another and keys in parallel, in the order of their coming. */
export class KeyedQueue {
  readonly #limits: QueueLimits
  /** Keys that run or wait for their turn, with the tasks behind them. */
  readonly #lanes = new Map<string, Waiting[]>()
  /** Keys that have work but no place yet, longest wait first. */
  readonly #ready = new Set<string>()
  /** All that wait, longest wait first. */
  readonly #waiting = new Set<Waiting>()
  readonly #idle = new Set<() => void>()
  #running = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get size(): QueueSize {
    return { running: this.#running, waiting: this.#waiting.size }
  }

  /** Runs the task at once if its lane is free and there is a place, else lets it wait. */
  push(key: string, task: Task): void {
    const lane = this.#lanes.get(key)
    if (!lane && this.#running < this.#limits.concurrency) {
      this.#lanes.set(key, [])
      this.#start(key, task)
      return
    }
    if (this.#waiting.size >= this.#limits.waiting && !this.#makeRoom(key)) {
      task.drop()
      return
    }
    const waiting: Waiting = { key, task }
    this.#waiting.add(waiting)
    const behind = this.#lanes.get(key)
    if (behind) behind.push(waiting)
    else this.#lanes.set(key, [waiting])
    if (!behind) this.#ready.add(key)
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.size === 0) return
    await new Promise<void>((resolve) => this.#idle.add(resolve))
  }

  /** Takes out everything that waits, without running or dropping it. */
  clear(): void {
    for (const { key } of this.#waiting) {
      if (this.#ready.has(key)) this.#lanes.delete(key)
      else this.#lanes.set(key, [])
    }
    this.#waiting.clear()
    this.#ready.clear()
    this.#settleIdle()
  }

  /** Whether the newcomer has a place now. */
  #makeRoom(key: string): boolean {
    const oldest = this.#waiting.values().next().value
    if (!oldest || this.#limits.onFull(key, this.size) === 'drop-newest') return false
    this.#waiting.delete(oldest)
    const lane = this.#lanes.get(oldest.key)
    // What waited longest of all is the first of its lane.
    lane?.shift()
    if (lane?.length === 0 && this.#ready.delete(oldest.key)) this.#lanes.delete(oldest.key)
    oldest.task.drop()
    return true
  }

  #start(key: string, task: Task): void {
    this.#running += 1
    void task.run().finally(() => {
      this.#running -= 1
      this.#end(key)
    })
  }

  #end(key: string): void {
    const lane = this.#lanes.get(key)
    if (lane && lane.length > 0) this.#ready.add(key)
    else this.#lanes.delete(key)
    this.#startNext()
    this.#settleIdle()
  }

  #startNext(): void {
    const [key] = this.#ready
    if (key === undefined || this.#running >= this.#limits.concurrency) return
    this.#ready.delete(key)
    const next = this.#lanes.get(key)?.shift()
    if (!next) return
    this.#waiting.delete(next)
    this.#start(key, next.task)
  }

  #settleIdle(): void {
    if (this.#running > 0 || this.#waiting.size > 0) return
    for (const resolve of this.#idle) resolve()
    this.#idle.clear()
  }
}
