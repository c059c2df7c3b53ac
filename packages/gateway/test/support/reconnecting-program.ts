/**
 * A bot that is thrown out again and again: `reconnecting-program.ts URL TOKEN_URL CREDENTIALS WARM_UP
 * RECONNECTS`. Tells what the process holds after a warm-up and after so many more reconnects, as two lines of JSON; then
 * it closes the gateway, and must end by itself.
 */
import { getEventListeners } from 'node:events'

import { Gateway } from '../../src/index.js'
import { simAccess } from './sim-access.js'
import { heapInUse } from './heap-in-use.js'

/** What a process holds. */
export interface Holdings {
  readonly heap: number
  readonly timers: number
  readonly sockets: number
  readonly listeners: number
}

const [url, tokenUrl, credentials, ...counts] = process.argv.slice(2)
const [warmUp = 0, reconnects = 0] = counts.map(Number)
const sim = { url, tokenUrl, credentials: JSON.parse(credentials ?? '') as unknown }
const { signal } = new AbortController()

const holdings = (): Holdings => {
  const resources = process.getActiveResourcesInfo()
  const count = (name: string): number => resources.filter((resource) => resource === name).length
  const ofProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  return {
    heap: heapInUse(),
    timers: count('Timeout'),
    sockets: count('TCPSocketWrap'),
    listeners: ofProcess + getEventListeners(signal, 'abort').length,
  }
}

const gateway = new Gateway({
  access: simAccess(sim as Parameters<typeof simAccess>[0]),
  intents: ['GROUP_AND_C2C_EVENT'],
  policy: { ladder: [1], jitter: 0, quick: { count: 1_000_000 } },
})
let resumed = 0
gateway.on('RESUMED', () => {
  resumed += 1
  const last = warmUp + reconnects
  if (resumed === warmUp || resumed === last) process.stdout.write(`${JSON.stringify(holdings())}\n`)
  if (resumed === last) void gateway.close()
})
await gateway.run(undefined, { signal })
