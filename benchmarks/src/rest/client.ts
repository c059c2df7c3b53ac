/** Sends a number of messages with one contender and reports its figures. */
import process from 'node:process'

import { senders } from './senders.js'

const [, , name = '', port, concurrencyText, requestsText] = process.argv
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
await sendAll(0, WARM_UP)
const cpu = process.cpuUsage()
const start = performance.now()
await sendAll(WARM_UP, requests)
const { user, system } = process.cpuUsage(cpu)
const seconds = (performance.now() - start) / 1000
process.send?.({ 'requests/s': requests / seconds, 'CPU per request (µs)': (user + system) / requests })
