import process from 'node:process'

import { countAllocations } from './allocations.js'
import { spreadOf } from './spread.js'

/** Share of events that warm up the compiler, whose one-time work must not count per event. */
const WARM_UP = 0.2

/** Called once per event; reports to the parent process after the last one. */
export type CountEvent = () => void

/** CPU and throughput from the end of the warm-up to the last event. */
export const countCpu = (total: number): CountEvent => {
  const first = Math.floor(total * WARM_UP)
  let seen = 0
  let cpu = process.cpuUsage()
  let start = performance.now()
  return () => {
    seen += 1
    if (seen === first) {
      cpu = process.cpuUsage()
      start = performance.now()
    }
    if (seen !== total) return
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (performance.now() - start) / 1000
    const counted = total - first
    process.send?.({ 'CPU per event (µs)': (user + system) / counted, 'events/s': counted / seconds })
  }
}

/** How often bytes are counted after the warm-up. */
const PARTS = 8

/** Bytes per event: the median of several parts, each with an empty heap. */
export const countBytes = (total: number): CountEvent => {
  const size = Math.floor((total * (1 - WARM_UP)) / PARTS)
  const first = total - size * PARTS
  const allocations = countAllocations()
  let seen = 0
  const report = async (): Promise<void> => {
    const parts = await allocations.end()
    process.send?.({ 'bytes per event': spreadOf(parts).median / size })
  }
  return () => {
    seen += 1
    if (seen < first || (seen - first) % size !== 0) return
    allocations.next()
    if (seen === total) void report()
  }
}
