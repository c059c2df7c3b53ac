import process from 'node:process'

/** Bytes of heap in use once everything that can be collected is gone. Needs `--expose-gc`. */
export const heapInUse = (): number => {
  if (!globalThis.gc) throw new Error('run with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
