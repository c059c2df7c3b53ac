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

/** How often bytes are counted at a time. */
const PARTS = 8

/** Counts bytes of {@link PARTS} parts of `size` events, from the event `first` on. */
const countParts = (
  first: number,
  size: number,
): { readonly count: CountEvent; readonly median: () => Promise<number> } => {
  const allocations = countAllocations()
  const last = first + size * PARTS
  let seen = 0
  return {
    count: () => {
      seen += 1
      if (seen < first || seen > last || (seen - first) % size !== 0) return
      if (seen > first) allocations.end()
      if (seen < last) allocations.begin()
    },
    median: async () => spreadOf(await allocations.parts()).median / size,
  }
}

/** Bytes per event: the median of several parts, each with an empty heap. */
const countBytes = (total: number): CountEvent => {
  const size = Math.floor((total * (1 - WARM_UP)) / PARTS)
  const { count, median } = countParts(total - size * PARTS, size)
  let seen = 0
  const report = async (): Promise<void> => {
    process.send?.({ 'bytes per event': await median() })
  }
  return () => {
    count()
    seen += 1
    if (seen === total) void report()
  }
}

/** How many events are counted at the beginning and at the end of a soak. */
const STRETCH = 100_000

/** Bytes per event after a warm-up, and again at the end of many events. */
const soakBytes = (total: number): CountEvent => {
  const size = STRETCH / 4 / PARTS
  const stretches = [STRETCH, total - size * PARTS].map((first) => countParts(first, size))
  let seen = 0
  const report = async (): Promise<void> => {
    const [early, late] = await Promise.all(stretches.map(async ({ median }) => median()))
    process.send?.({ 'bytes per event, first': early, 'bytes per event, last': late })
  }
  return () => {
    for (const { count } of stretches) count()
    seen += 1
    if (seen === total) void report()
  }
}

/** CPU per event after a warm-up, and again at the end of many events. */
const soakCpu = (total: number): CountEvent => {
  const used: number[] = []
  const marks = new Set([STRETCH, 2 * STRETCH, total - STRETCH, total])
  let seen = 0
  return () => {
    seen += 1
    if (!marks.has(seen)) return
    const { user, system } = process.cpuUsage()
    used.push(user + system)
    const [a = 0, b = 0, c = 0, d = 0] = used
    if (seen !== total) return
    process.send?.({
      'CPU per event, first (µs)': (b - a) / STRETCH,
      'CPU per event, last (µs)': (d - c) / STRETCH,
    })
  }
}

/** What is measured, by name. */
export const countEvents = {
  cpu: countCpu,
  bytes: countBytes,
  'soak-cpu': soakCpu,
  'soak-bytes': soakBytes,
} as const satisfies Readonly<Record<string, (total: number) => CountEvent>>

/** A name of {@link countEvents}. */
export type Measure = keyof typeof countEvents
