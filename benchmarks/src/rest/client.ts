/** Sends a number of messages with one contender and reports its figures: `cpu` or `bytes`. */
import process from 'node:process'

import { countAllocations } from '../measure/allocations.js'
import { spreadOf } from '../measure/spread.js'
import { senders } from './senders.js'

const [, , name = '', measure = 'cpu', port, concurrencyText, requestsText] = process.argv
const concurrency = Number(concurrencyText)
const requests = Number(requestsText)
const send = senders[name]?.(`http://127.0.0.1:${port}`, concurrency)
if (!send) throw new Error(`no such contender: ${name}`)

const sendAll = async (from: number, count: number): Promise<void> => {
  let next = from
  const lane = async (): Promise<void> => {
    while (next < from + count) await send(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}

// Opens connections, fetches the token and compiles the code before the measurement.
const WARM_UP = 2000
/** How often bytes are counted after the warm-up. */
const PARTS = 8

const cpu = async (): Promise<object> => {
  const used = process.cpuUsage()
  const start = performance.now()
  await sendAll(WARM_UP, requests)
  const { user, system } = process.cpuUsage(used)
  const seconds = (performance.now() - start) / 1000
  return { 'requests/s': requests / seconds, 'CPU per request (µs)': (user + system) / requests }
}

/** The median of several parts, each with an empty heap. */
const bytes = async (): Promise<object> => {
  const allocations = countAllocations()
  const size = Math.floor(requests / PARTS)
  for (let part = 0; part < PARTS; part += 1) {
    allocations.begin()
    await sendAll(WARM_UP + part * size, size)
    allocations.end()
  }
  return { 'bytes per request': spreadOf(await allocations.parts()).median / size }
}

await sendAll(0, WARM_UP)
process.send?.(await (measure === 'bytes' ? bytes() : cpu()))
