import { type Linked, LinkedQueue } from '@qqkit/core/internal'

/** A piece of work. */
export interface Task {
  /** Tasks of one key run one after another. Asked only where another task could have the same key. */
  readonly key: string
  /** Set by the queue. */
  lane: Lane | null
  /**
   * Begins the work. Returns `true` if it has ended already; otherwise calls `onEnd` at its end. Never throws.
   *
   * @param onEnd takes the task
   */
  start(onEnd: (task: Task) => void): boolean
  /** Called instead of `start` when the task is dropped from a full queue. */
  drop(): void
  /** Called instead of `start` when all that waits is removed. */
  leave?(reason: Error): void
}

/** What is in a queue. */
export interface QueueSize {
  readonly running: number
  readonly waiting: number
}

/**
 * Which task is dropped from a full queue: the oldest of the longest lane, so that a flood drops its own tasks first; or the
 * one that just came.
 */
export type Overflow = 'drop-oldest' | 'drop-newest'

/** How a {@link KeyedQueue} is bounded. */
export interface KeyedQueueOptions {
  /** Lanes that run at a time. */
  readonly concurrency: number
  /** Tasks that wait, over all lanes. */
  readonly waiting: number
  /** Tasks that wait in one lane; default as many as over all. */
  readonly perLane?: number | undefined
  /** Asked when a task comes and the queue is full, or its lane. */
  readonly onFull: (key: string, size: QueueSize) => Overflow
  /** Called with `true` when the last place is taken, with `false` when one is free again. */
  readonly onSaturated?: ((taken: boolean) => void) | undefined
}

/** The tasks of one key, from the first one that runs or waits to the end of the last. */
export class Lane implements Linked<Lane> {
  readonly key: string
  prev: Lane | null = null
  next: Lane | null = null
  running = false
  /** Tasks behind the one that runs or is next, longest wait first. */
  readonly tasks: Waiting[] = []

  constructor(key: string) {
    this.key = key
  }

  get idle(): boolean {
    return !this.running && this.tasks.length === 0
  }
}

class Waiting implements Linked<Waiting> {
  prev: Waiting | null = null
  next: Waiting | null = null

  readonly lane: Lane
  readonly task: Task

  constructor(lane: Lane, task: Task) {
    this.lane = lane
    this.task = task
  }
}

/**
 * Runs the tasks of one key one after another and keys in parallel, first come, first served. A task that comes while nothing
 * runs, and ends at once, needs no key and no lane.
 */
export class KeyedQueue {
  readonly #options: KeyedQueueOptions
  /** Lanes with work, by key. */
  #lanesByKey: Map<string, Lane> | null = null
  /** Lanes that have work but no place yet, longest wait first. */
  readonly #ready = new LinkedQueue<Lane>()
  /** All waiting tasks, longest wait first. */
  readonly #waiting = new LinkedQueue<Waiting>()
  readonly #byLength = new ByLength()
  #saturated = false
  /** The only task, while it is being started: it has no lane yet. */
  #alone: Task | null = null
  #isStarting = false
  readonly #onIdle: (() => void)[] = []
  #running = 0

  constructor(options: KeyedQueueOptions) {
    this.#options = options
  }

  get size(): QueueSize {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  /** Runs the task at once if its lane is free and there is a place, else queues it. */
  push(task: Task): void {
    if (this.#running === 0 && this.#waiting.length === 0) {
      this.#startAlone(task)
      return
    }
    if (this.#alone) this.#seat(this.#alone)
    const { concurrency, waiting: most, perLane = most } = this.#options
    const lane = this.#laneOf(task.key)
    if (lane.idle && this.#running < concurrency) {
      this.#start(lane, task)
      return
    }
    const tooLong = lane.tasks.length >= perLane
    if ((tooLong || this.#waiting.length >= most) && !this.#makeRoom(lane, tooLong)) {
      if (lane.idle) this.#lanes.delete(lane.key)
      task.drop()
      return
    }
    if (lane.idle) {
      this.#lanes.set(lane.key, lane)
      this.#ready.push(lane)
    }
    const waiting = new Waiting(lane, task)
    this.#waiting.push(waiting)
    lane.tasks.push(waiting)
    this.#byLength.moved(lane, 1)
  }

  /** Whether a task of this key runs or waits. */
  has(key: string): boolean {
    return this.#lanes.has(key) || this.#alone?.key === key
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve)
    })
  }

  /** Removes everything that waits, without running or dropping it. */
  clear(reason: Error): void {
    const left: Task[] = []
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { lane } = next
      lane.tasks.length = 0
      if (lane.idle) this.#lanes.delete(lane.key)
      left.push(next.task)
    }
    this.#byLength.clear()
    while (this.#ready.shift());
    for (const task of left) task.leave?.(reason)
  }

  /** Made for the first lane: most bots of a process are idle. */
  get #lanes(): Map<string, Lane> {
    return (this.#lanesByKey ??= new Map())
  }

  #laneOf(key: string): Lane {
    const known = this.#lanes.get(key)
    if (known) return known
    const lane = new Lane(key)
    this.#lanes.set(key, lane)
    return lane
  }

  /** Drops a waiting task, unless the new one of this lane is to be dropped; returns whether there is room now. */
  #makeRoom(own: Lane, tooLong: boolean): boolean {
    const lane = tooLong ? own : this.#longest(own)
    if (!lane || this.#options.onFull(own.key, this.size) === 'drop-newest') return false
    const oldest = this.#shift(lane)
    if (!oldest) return false
    this.#waiting.remove(oldest)
    if (lane.idle) {
      this.#ready.remove(lane)
      this.#lanes.delete(lane.key)
    }
    oldest.task.drop()
    return true
  }

  /** The lane to drop from: the new task's own if it would be the longest, of equals the one that has waited longest. */
  #longest(own: Lane): Lane | undefined {
    const { longest, length } = this.#byLength
    if (own.tasks.length >= length) return own.tasks.length > 0 ? own : undefined
    return length === 1 ? this.#waiting.first?.lane : longest
  }

  /** Removes the oldest task of a lane. */
  #shift(lane: Lane): Waiting | undefined {
    const first = lane.tasks.shift()
    if (first) this.#byLength.moved(lane, -1)
    return first
  }

  /** Starts a task while no other runs or waits. */
  #startAlone(task: Task): void {
    this.#running = 1
    this.#alone = task
    const hasEnded = task.start(this.#onEnd)
    // Its handlers may have brought another task meanwhile.
    if (this.#alone === null) return hasEnded ? this.#onEnd(task) : this.#reportSaturation()
    if (!hasEnded) return this.#seat(task)
    this.#alone = null
    this.#running = 0
    this.#settleIdle()
  }

  /** Gives the only task a lane. */
  #seat(task: Task): void {
    this.#alone = null
    const lane = this.#laneOf(task.key)
    lane.running = true
    task.lane = lane
    this.#reportSaturation()
  }

  #start(lane: Lane, task: Task): void {
    this.#running += 1
    lane.running = true
    task.lane = lane
    if (task.start(this.#onEnd)) this.#onEnd(task)
    else this.#reportSaturation()
  }

  readonly #onEnd = ({ lane }: Task): void => {
    if (!lane) return
    this.#running -= 1
    lane.running = false
    if (lane.idle) this.#lanes.delete(lane.key)
    else this.#ready.push(lane)
    this.#startNext()
    this.#reportSaturation()
    this.#settleIdle()
  }

  /** Fills the places. A loop: tasks that end at once must not start each other. */
  #startNext(): void {
    if (this.#isStarting) return
    this.#isStarting = true
    while (this.#running < this.#options.concurrency) {
      const lane = this.#ready.shift()
      const next = lane && this.#shift(lane)
      if (!lane || !next) break
      this.#waiting.remove(next)
      this.#start(lane, next.task)
    }
    this.#isStarting = false
  }

  #reportSaturation(): void {
    const saturated = this.#running >= this.#options.concurrency
    if (saturated === this.#saturated) return
    this.#saturated = saturated
    this.#options.onSaturated?.(saturated)
  }

  #settleIdle(): void {
    if (this.#running > 0 || this.#waiting.length > 0) return
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }
}

/** Lanes sorted by length: finds the longest without a scan. */
class ByLength {
  /** By length, each in the order in which its lanes reached it. */
  readonly #sets: Set<Lane>[] = []
  #length = 0

  /** The length of the longest; 0 when there is none. */
  get length(): number {
    return this.#length
  }

  /** The longest; of equals the one that reached this length first. */
  get longest(): Lane | undefined {
    const [first] = this.#sets[this.#length] ?? []
    return first
  }

  /** A lane has become longer or shorter by one. */
  moved(lane: Lane, by: 1 | -1): void {
    const { length } = lane.tasks
    this.#sets[length - by]?.delete(lane)
    if (length > 0) (this.#sets[length] ??= new Set()).add(lane)
    this.#length = Math.max(this.#length, length)
    while (this.#length > 0 && (this.#sets[this.#length]?.size ?? 0) === 0) this.#length -= 1
  }

  clear(): void {
    this.#sets.length = 0
    this.#length = 0
  }
}
