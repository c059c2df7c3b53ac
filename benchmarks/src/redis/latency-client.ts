// One side of a broker: `publish` sends events at a steady pace once it is told to, `work` reports how long they took.
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { brokers } from './brokers.js'
import { markOf, nextEvent } from './event-lines.js'

const [side = '', name = '', socket = '', pace = '1000', length = '5'] = process.argv.slice(2)
const [PER_SECOND, SECONDS] = [Number(pace), Number(length)]
/** Seconds before the first event that counts. */
const WARM_UP = 1

const broker = brokers[name]!(socket)
/** ms of a clock that all processes share. */
const now = (): number => performance.timeOrigin + performance.now()

const publish = async (): Promise<void> => {
  process.send?.('ready')
  await once(process, 'message')
  const begin = now()
  let sent = 0
  const sending: Promise<void>[] = []
  while (now() < begin + (SECONDS + WARM_UP) * 1000) {
    const due = Math.floor(((now() - begin) * PER_SECOND) / 1000)
    const events = []
    for (; sent < due; sent += 1)
      events.push(nextEvent(sent < WARM_UP * PER_SECOND ? 'early' : String(now())))
    if (events.length > 0) sending.push(broker.publish(events))
    await sleep(1)
  }
  await Promise.all(sending)
  process.send?.(sent - WARM_UP * PER_SECOND)
}

const work = async (): Promise<void> => {
  const waits: number[] = []
  await broker.work((body) => {
    const mark = markOf(body)
    if (mark !== 'early') waits.push(now() - Number(mark))
  })
  process.send?.('ready')
  process.on('message', () => process.send?.(waits))
}

await (side === 'work' ? work() : publish())
