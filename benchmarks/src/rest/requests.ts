import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures } from '../measure/rounds.js'
import { senders } from './senders.js'

/** The cost of a send over the bare HTTP client, at several levels of concurrency. */
export const benchRequests = async (options: {
  requests: number
  rounds: number
  concurrencies: readonly number[]
}): Promise<string> => {
  const server = startChild(new URL('server.ts', import.meta.url), [])
  try {
    const port = await messageFrom<number>(server)
    const tables: string[] = []
    for (const concurrency of options.concurrencies) {
      const contenders = Object.keys(senders).map((name) => ({
        name,
        run: () =>
          runChild<Figures>(new URL('client.ts', import.meta.url), [
            name,
            String(port),
            String(concurrency),
            String(options.requests),
          ]),
      }))
      const series = await runRounds(contenders, options.rounds)
      tables.push(
        report(`Sending ${options.requests.toLocaleString('en')} replies, ${concurrency} at once`, series),
      )
    }
    return tables.join('\n')
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}
