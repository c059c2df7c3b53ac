import process from 'node:process'

/** The first events belong to the compiler, whose work is done once and would be counted for each of them. */
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
