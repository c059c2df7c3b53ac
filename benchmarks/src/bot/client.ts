/**
 * Runs one client and reports to the parent process: `answer` replies to each message and counts what is asked for,
 * `listen` does not reply, `latency` measures.
 */
import process from 'node:process'

import { countCpu, countEvents, type Measure } from '../measure/count-events.js'
import { clients, type OnMessage } from './clients.js'
import { preciseNow, sentAt } from './messages.js'

const [, , name = '', mode = '', port = '', total = '1', measure = 'cpu'] = process.argv
const events = Number(total)

const answer = (): OnMessage => {
  const count = countEvents[measure as Measure](events)
  return async (_text, reply) => {
    await reply()
    count()
  }
}

const listen = (): OnMessage => {
  const count = countCpu(events)
  return () => count()
}

/** A share of delays that lasted at most so many ms. */
const quantile = (delays: readonly number[], share: number): number =>
  delays.toSorted((a, b) => a - b)[Math.floor(delays.length * share)] ?? Number.NaN

const latency = (): OnMessage => {
  const delays: number[] = []
  return (text) => {
    delays.push(preciseNow() - sentAt(text))
    if (delays.length < events) return
    // The compiler optimizes nearly all in the first ten seconds, most of it in the first five.
    const young = delays.slice(1000, 5000)
    const warm = delays.slice(10_000)
    process.send?.({
      'p50 (ms)': quantile(warm, 0.5),
      'p99 (ms)': quantile(warm, 0.99),
      'p99, seconds 2 to 5 (ms)': quantile(young, 0.99),
    })
  }
}

const modes: Readonly<Record<string, () => OnMessage>> = { answer, listen, latency }
const onMessage = modes[mode]?.()
if (onMessage) clients[name]?.(`http://127.0.0.1:${port}`, onMessage)
