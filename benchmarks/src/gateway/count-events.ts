import process from 'node:process'

/** Share of events that warm up the compiler, whose one-time work must not count per event. */
const WARM_UP = 0.2

/** Measures from the end of the warm-up to the last event and reports to the parent process. */
export const countEvents = (total: number): (() => void) => {
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
