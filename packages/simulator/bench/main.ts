// What the simulator can take: a day in memory, a stream of events over a socket, and many idle connections.
import process from 'node:process'

import { measureDay } from './day.js'
import { measureIdle } from './idle.js'
import { measureStream } from './stream.js'

const results = [await measureDay(), await measureStream(), await measureIdle()]
for (const { name, lines } of results) {
  console.log(name)
  for (const line of lines) console.log(`  ${line}`)
}
if (results.some(({ kept }) => !kept)) {
  console.error('the simulator fell behind')
  process.exitCode = 1
}
