import process from 'node:process'

/** Bytes of heap in use after garbage collection. Needs `--expose-gc`. */
export const heapInUse = (): number => {
  if (!globalThis.gc) throw new Error('run with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
