import { once } from 'node:events'

import { UNCOLLECTED } from '../measure/allocations.js'
import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'
import { senders } from './senders.js'

/** How much is sent, by whom, and how many messages at once. */
interface SendTrial {
  readonly measure: 'cpu' | 'bytes'
  readonly contenders: readonly string[]
  readonly concurrency: number
  readonly requests: number
  readonly rounds: number
}

/** Runs contenders that send the same messages. */
export const runSends = async (trial: SendTrial): Promise<Series[]> => {
  const { measure, contenders, concurrency, requests, rounds } = trial
  const server = startChild(new URL('server.ts', import.meta.url), [])
  try {
    const port = await messageFrom<number>(server)
    const client = new URL('client.ts', import.meta.url)
    const run = (name: string) => async (): Promise<Figures> =>
      runChild<Figures>(
        client,
        [name, measure, ...[port, concurrency, requests].map(String)],
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

const ALL = Object.keys(senders)

/** The cost of a send over the bare HTTP client, at several levels of concurrency. */
export const benchRequests = async (options: {
  requests: number
  rounds: number
  concurrencies: readonly number[]
}): Promise<string> => {
  const { requests, rounds } = options
  const tables: string[] = []
  for (const concurrency of options.concurrencies) {
    const trial = { measure: 'cpu', contenders: ALL, requests, rounds, concurrency } as const
    const title = `Sending ${requests.toLocaleString('en')} replies, ${concurrency} at once`
    tables.push(report(title, await runSends(trial)))
  }
  const trial = { measure: 'bytes', contenders: ALL, requests, rounds, concurrency: 16 } as const
  tables.push(report('Bytes allocated per reply, 16 at once', await runSends(trial)))
  return tables.join('\n')
}
