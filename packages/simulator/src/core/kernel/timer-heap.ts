/** A task with its due time. Tasks are data, so that the world stays plain data. */
export interface Due<T> {
  readonly at: number
  readonly order: number
  readonly task: T
  /** Set when the task was cancelled. */
  dropped: boolean
}

/** A binary heap of tasks by due time; equal times keep the order of planning. */
export interface TimerHeap<T> {
  readonly heap: Due<T>[]
  order: number
}

export const createTimerHeap = <T>(): TimerHeap<T> => ({ heap: [], order: 0 })

const before = <T>(a: Due<T>, b: Due<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

const swap = <T>(heap: Due<T>[], a: number, b: number): void => {
  const kept = heap[a] as Due<T>
  heap[a] = heap[b] as Due<T>
  heap[b] = kept
}

/** Plans a task for the moment `at`, in ms. */
export const plan = <T>(timers: TimerHeap<T>, at: number, task: T): Due<T> => {
  const { heap } = timers
  const due = { at, order: timers.order++, task, dropped: false }
  heap.push(due)
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >> 1
    if (!before(heap[child] as Due<T>, heap[parent] as Due<T>)) break
    swap(heap, child, parent)
    child = parent
  }
  return due
}

/** Cancels a planned task. */
export const drop = <T>(due: Due<T>): void => {
  due.dropped = true
}

/** The earliest task that was not cancelled. */
const earliest = <T>({ heap }: TimerHeap<T>): Due<T> | undefined => {
  while (heap[0]?.dropped) takeFirst(heap)
  return heap[0]
}

/** When the earliest task is due, or `null` when there is none. */
export const nextDue = <T>(timers: TimerHeap<T>): number | null => earliest(timers)?.at ?? null

/** Removes and returns the earliest task if it is due at `now`. */
export const takeDue = <T>(timers: TimerHeap<T>, now: number): T | undefined => {
  const first = earliest(timers)
  if (!first || first.at > now) return undefined
  takeFirst(timers.heap)
  return first.task
}

const takeFirst = <T>(heap: Due<T>[]): void => {
  const last = heap.pop() as Due<T>
  if (heap.length > 0) {
    heap[0] = last
    for (let parent = 0; ;) {
      const left = 2 * parent + 1
      const right = left + 1
      let least = parent
      if (left < heap.length && before(heap[left] as Due<T>, heap[least] as Due<T>)) least = left
      if (right < heap.length && before(heap[right] as Due<T>, heap[least] as Due<T>)) least = right
      if (least === parent) break
      swap(heap, parent, least)
      parent = least
    }
  }
}
