import process from 'node:process'

/** Measures from the first event to the last and reports to the parent process. */
export const countEvents = (total: number): (() => void) => {
  let seen = 0
  let cpu = process.cpuUsage()
  let start = performance.now()
  return () => {
    seen += 1
    if (seen === 1) {
      cpu = process.cpuUsage()
      start = performance.now()
    }
    if (seen !== total) return
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (performance.now() - start) / 1000
    process.send?.({ 'CPU per event (µs)': (user + system) / total, 'events/s': total / seconds })
  }
}
