// Sends events through a broker and back, a batch at a time, and reports what the server spent on them.
import process from 'node:process'

import { Redis } from 'ioredis'

import { brokers } from './brokers.js'
import { nextEvent } from './event-lines.js'

const [name = '', socket = '', total = '1000', size = '16'] = process.argv.slice(2)
const [TOTAL, BATCH] = [Number(total), Number(size)]
/** Events before the first that count. */
const WARM_UP = 64

const broker = brokers[name]!(socket)
const redis = new Redis({ path: socket })

/** What the server has spent so far: µs of CPU, and bytes of its append-only file. */
const spent = async (): Promise<{ readonly cpu: number; readonly log: number }> => {
  const info = `${await redis.info('cpu')}\r\n${await redis.info('persistence')}`
  const of = (field: string): number => Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0)
  return { cpu: (of('used_cpu_user') + of('used_cpu_sys')) * 1e6, log: of('aof_current_size') }
}

let handled = 0
let onBatch: () => void = () => {}
await broker.work(() => {
  handled += 1
  if (handled % BATCH === 0) onBatch()
})

const send = async (count: number): Promise<void> => {
  for (let sent = 0; sent < count; sent += BATCH) {
    const done = new Promise<void>((resolve) => {
      onBatch = resolve
    })
    await broker.publish(Array.from({ length: BATCH }, () => nextEvent()))
    await done
  }
}

await send(WARM_UP)
const [before, begin] = [await spent(), performance.now()]
await send(TOTAL)
const [after, took] = [await spent(), performance.now() - begin]
process.send?.({
  'Redis CPU per event (µs)': (after.cpu - before.cpu) / TOTAL,
  'bytes of its log per event': (after.log - before.log) / TOTAL,
  'events/s': (TOTAL / took) * 1000,
})
await broker.close()
redis.disconnect()
