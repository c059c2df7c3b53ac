import { setTimeout as sleep } from 'node:timers/promises'

import { startSimulator } from '@qqkit/simulator'
import type { WebSocket } from 'ws'

import { fetchToken, openConnection } from './open-connection.js'
import { ms, quantile, resultText } from './result.js'

const CONNECTIONS = 1_000
const AT_ONCE = 50

/** The delay of heartbeat answers on many idle connections while one person talks. */
export const benchSimulatorIdle = async (): Promise<string> => {
  const sim = await startSimulator({
    page: false,
    limits: false,
    logLimit: 1_000,
    sessionStarts: { total: 1_000_000, maxConcurrency: 1_000_000 },
  })
  const token = await fetchToken(sim)
  const start = performance.now()
  const delays: number[] = []
  const askedAt = new Map<number, number>()
  const sockets: WebSocket[] = []
  for (let n = 0; n < CONNECTIONS; n += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, async (_, index) =>
      openConnection(sim, token, (text) => {
        const at = askedAt.get(n + index)
        if (at === undefined || !text.includes('"op":11')) return
        delays.push(performance.now() - at)
        askedAt.delete(n + index)
      }),
    )
    sockets.push(...(await Promise.all(batch)))
  }
  const opened = performance.now() - start
  // Two rounds of heartbeats, each spread over a second, as jitter spreads real ones.
  for (let round = 0; round < 2; round += 1) {
    for (const [number, socket] of sockets.entries()) {
      askedAt.set(number, performance.now())
      socket.send('{"op":1,"d":1}')
      if (number % 10 === 9) await sleep(10)
    }
    await sleep(100)
  }
  const { rss } = process.memoryUsage()
  for (const socket of sockets) socket.terminate()
  await sim.close()
  return resultText({
    name: `${CONNECTIONS} idle connections`,
    lines: [
      `opened and identified in ${ms(opened)}, process uses ${(rss / 1_048_576).toFixed(0)} MB with its clients`,
      `heartbeat answered: ${delays.length} of ${2 * CONNECTIONS}, median ${ms(quantile(delays, 0.5))}, 99 % ${ms(quantile(delays, 0.99))}`,
    ],
    kept: delays.length === 2 * CONNECTIONS && quantile(delays, 0.5) < 100,
  })
}
