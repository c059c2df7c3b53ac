import process from 'node:process'

import { Rest } from '../../src/index.js'

/** Uploads a file and reports what that took: a process of its own, so that nobody else's memory is measured. */

const [, , baseUrl = '', appId = '', secret = '', id = '', path = ''] = process.argv
const target = { scene: 'c2c', id } as const
const rest = new Rest({ appId, secret, baseUrl })

// Code, connections and token are there before the measured part.
await rest.media.upload(target, Buffer.alloc(1000, 1))
await rest.media.upload(target, Buffer.alloc(5_000_000, 1))

const before = process.memoryUsage().rss
let peak = before
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 2)
const percents: number[] = []
const media = await rest.media.upload(
  target,
  { path },
  { onProgress: ({ percent }) => percents.push(percent) },
)
clearInterval(sampling)
await rest.close()
process.stdout.write(JSON.stringify({ extra: peak - before, type: media.type, percents }))
