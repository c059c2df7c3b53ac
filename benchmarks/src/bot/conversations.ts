import { once } from 'node:events'

import { UNCOLLECTED } from '../measure/allocations.js'
import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'
import { spreadOf } from '../measure/spread.js'

/** The mode of the server and of its clients. */
interface Trial {
  readonly server: 'flow' | 'pour' | 'rate'
  readonly client: 'answer' | 'listen' | 'latency'
  readonly contenders: readonly string[]
  readonly events: number
  readonly people: number
  readonly rounds: number
  /** What `answer` counts; default CPU and throughput. */
  readonly measure?: 'cpu' | 'bytes'
}

/** Runs contenders that talk with the same people. */
export const runTrial = async ({
  server: mode,
  client,
  contenders,
  events,
  people,
  rounds,
  measure = 'cpu',
}: Trial): Promise<Series[]> => {
  const server = startChild(new URL('server.ts', import.meta.url), [mode, String(events), String(people)])
  try {
    const port = await messageFrom<number>(server)
    const run = (name: string) => async (): Promise<Figures> =>
      runChild<Figures>(
        new URL('client.ts', import.meta.url),
        [name, client, String(port), String(events), measure],
        measure === 'bytes' ? UNCOLLECTED : [],
      )
    return await runRounds(
      contenders.map((name) => ({ name, run: run(name) })),
      rounds,
      measure === 'bytes' ? 0 : 1,
    )
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

/** Events per second from the socket over a handler to the reply on the wire. */
export const benchReplies = async (options: {
  events: number
  conversations: readonly number[]
  rounds: number
}): Promise<string> => {
  const { events, conversations, rounds } = options
  const tables: string[] = []
  for (const people of conversations) {
    const contenders = ['bare ws + undici', '@qqkit/bot']
    const series = await runTrial({ server: 'flow', client: 'answer', contenders, events, people, rounds })
    const many = people.toLocaleString('en')
    tables.push(
      report(`Answering ${events.toLocaleString('en')} private messages in ${many} conversations`, series),
    )
  }
  return tables.join('\n')
}

/** The cost of the bot per event on top of the gateway: context, queue, handlers, settlement. */
export const benchLayer = async ({ events, rounds }: { events: number; rounds: number }): Promise<string> => {
  const contenders = ['@qqkit/gateway', '@qqkit/bot']
  const series = await runTrial({
    server: 'pour',
    client: 'listen',
    contenders,
    events,
    people: 1000,
    rounds,
  })
  const cpu = series.map((one) => one.rounds.map((figures) => figures['CPU per event (µs)'] ?? Number.NaN))
  const [gateway = [], bot = []] = cpu
  const { min, median, max } = spreadOf(bot.map((value, round) => value - (gateway[round] ?? Number.NaN)))
  return [
    report(
      `Receiving ${events.toLocaleString('en')} private messages of 600 bytes, without an answer`,
      series,
    ),
    `The bot adds ${median.toFixed(2)} µs (${min.toFixed(2)}–${max.toFixed(2)}) per event.`,
    '',
  ].join('\n')
}

/** The time of an event from the platform's socket to the handler. */
export const benchLatency = async ({
  seconds,
  rounds,
}: {
  seconds: number
  rounds: number
}): Promise<string> => {
  const contenders = ['bare ws + undici', '@qqkit/gateway', '@qqkit/bot']
  const events = seconds * 1000
  const series = await runTrial({
    server: 'rate',
    client: 'latency',
    contenders,
    events,
    people: 100,
    rounds,
  })
  return report('From the platform to the handler, at 1,000 events a second', series)
}
