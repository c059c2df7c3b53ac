/** Uploads a file with one contender and reports its figures. */
import { statSync } from 'node:fs'
import process from 'node:process'

import { uploaders } from './uploaders.js'

const MEGABYTE = 1_048_576
const [, , name = '', port, small = '', large = ''] = process.argv
const upload = uploaders[name]?.(`http://127.0.0.1:${port}`)
if (!upload) throw new Error(`no such contender: ${name}`)

// Opens connections, fetches the token and compiles the code before the measurement.
await upload(small)

let peak = process.memoryUsage().rss
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 5)
const cpu = process.cpuUsage()
const start = performance.now()
await upload(large)
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
clearInterval(sampling)
const megabytes = statSync(large).size / MEGABYTE
process.send?.({
  'MiB/s': megabytes / seconds,
  'CPU per MiB (ms)': (user + system) / 1000 / megabytes,
  'peak memory (MiB)': peak / MEGABYTE,
})
