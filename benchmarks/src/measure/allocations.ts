import { PerformanceObserver } from 'node:perf_hooks'
import process from 'node:process'

/** Flags of a process that collects no garbage by itself while something is counted. */
export const UNCOLLECTED = ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024']

/** The flag of a collection that the program asked for. */
const FORCED = 4

const bytesInUse = (): number => {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Counts the bytes that parts of a program allocate, in the heap and beside it. */
export interface AllocationCounter {
  /** Begins a part, with a heap free of garbage. */
  readonly begin: () => void
  /** Ends a part. */
  readonly end: () => void
  /** The bytes of each part; rejects if the engine collected garbage by itself during one. */
  readonly parts: () => Promise<readonly number[]>
}

interface Part {
  readonly bytes: number
  readonly from: number
  readonly to: number
}

/** Needs a process with {@link UNCOLLECTED}. */
export const countAllocations = (): AllocationCounter => {
  const { gc } = globalThis
  if (!gc) throw new Error('run with --expose-gc')
  const parts: Part[] = []
  const unforced: number[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { flags = 0 } = (entry as { detail?: { flags?: number } }).detail ?? {}
      if ((flags & FORCED) === 0) unforced.push(entry.startTime)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  let since = 0
  let from = 0
  return {
    begin: () => {
      gc()
      from = performance.now()
      since = bytesInUse()
    },
    end: () => {
      parts.push({ bytes: bytesInUse() - since, from, to: performance.now() })
    },
    parts: async () => {
      // Entries reach the observer in a later turn of the event loop.
      await new Promise((resolve) => {
        setTimeout(resolve, 1)
      })
      observer.disconnect()
      const disturbed = parts.filter((part) => unforced.some((at) => at >= part.from && at <= part.to))
      if (disturbed.length > 0) throw new Error(`garbage was collected in ${disturbed.length} counted parts`)
      return parts.map(({ bytes }) => bytes)
    },
  }
}
