import { setTimeout as sleep } from 'node:timers/promises'

import { startSimulator } from '@qqkit/simulator'

import { fetchToken, openConnection } from './open-connection.js'
import { ms, quantile, resultText } from './result.js'

const PER_SECOND = 2_000
const SECONDS = 5
/** Interval of the bunches of events, since no timer of Node fires 2 000 times a second. */
const BUNCH_EVERY = 10

/** The delay of events at a steady pace to one client over a real socket, from the first to the last. */
export const benchSimulatorStream = async (): Promise<string> => {
  const sim = await startSimulator({ page: false, limits: false, logLimit: 1_000 })
  const token = await fetchToken(sim)
  const saidAt = new Map<string, number>()
  const delays: number[] = []
  const socket = await openConnection(sim, token, (text) => {
    const { id } = JSON.parse(text) as { id?: string }
    const at = id === undefined ? undefined : saidAt.get(id)
    if (at !== undefined) delays.push(performance.now() - at)
  })
  const ann = sim.user('ann')
  const start = performance.now()
  let said = 0
  for (let due = 0; said < PER_SECOND * SECONDS;) {
    due = Math.min(PER_SECOND * SECONDS, Math.floor(((performance.now() - start) / 1_000) * PER_SECOND))
    for (; said < due; said += 1) {
      const at = performance.now()
      saidAt.set(ann.say(`event ${said}`).eventId, at)
    }
    await sleep(BUNCH_EVERY)
  }
  const took = performance.now() - start
  await sleep(200)
  socket.terminate()
  await sim.close()
  const rate = (delays.length / took) * 1_000
  return resultText({
    name: `${PER_SECOND} events a second to one client over a socket, for ${SECONDS} s`,
    lines: [
      `received ${delays.length} of ${said}, ${rate.toFixed(0)} a second`,
      `delay: median ${ms(quantile(delays, 0.5))}, 99 % ${ms(quantile(delays, 0.99))}, last ${ms(delays.at(-1) ?? 0)}`,
    ],
    // The last second shows a growing queue as a growing delay.
    kept:
      delays.length === said && rate > PER_SECOND * 0.95 && quantile(delays.slice(-PER_SECOND), 0.5) < 100,
  })
}
