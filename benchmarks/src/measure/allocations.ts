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

/** Counts the bytes that a part of the program allocates, in the heap and beside it. */
export interface AllocationCounter {
  /** Ends what was counted since the last call, if anything, and begins anew with an empty heap. */
  readonly next: () => void
  /** The bytes between the calls of `next`; rejects if the engine collected garbage by itself meanwhile. */
  readonly end: () => Promise<readonly number[]>
}

/** Needs a process with {@link UNCOLLECTED}. */
export const countAllocations = (): AllocationCounter => {
  const { gc } = globalThis
  if (!gc) throw new Error('run with --expose-gc')
  const counted: number[] = []
  const unforced: number[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { flags = 0 } = (entry as { detail?: { flags?: number } }).detail ?? {}
      if ((flags & FORCED) === 0) unforced.push(entry.startTime)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  let since: { bytes: number; at: number } | null = null
  let first = Number.POSITIVE_INFINITY
  return {
    next: () => {
      if (since) counted.push(bytesInUse() - since.bytes)
      gc()
      first = Math.min(first, performance.now())
      since = { bytes: bytesInUse(), at: performance.now() }
    },
    end: async () => {
      const last = since?.at ?? 0
      // Entries reach the observer in a later turn of the event loop.
      await new Promise((resolve) => {
        setTimeout(resolve, 1)
      })
      const disturbed = unforced.filter((at) => at >= first && at <= last).length
      observer.disconnect()
      if (disturbed > 0) throw new Error(`${disturbed} garbage collections while bytes were counted`)
      return counted
    },
  }
}
