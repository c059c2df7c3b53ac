import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Contender, type Figures } from '../measure/rounds.js'

const contender = (name: string, script: string, port: number, events: number): Contender => ({
  name,
  run: () => runChild<Figures>(new URL(script, import.meta.url), [String(port), String(events)]),
})

/** The cost of an event from the socket to a listener. */
export const benchEvents = async (options: { events: number; rounds: number }): Promise<string> => {
  const { events, rounds } = options
  const server = startChild(new URL('server.ts', import.meta.url), [String(events)])
  try {
    const port = await messageFrom<number>(server)
    const series = await runRounds(
      [
        contender('bare ws + JSON.parse', 'bare-client.ts', port, events),
        contender('@qqkit/gateway', 'qqkit-client.ts', port, events),
      ],
      rounds,
    )
    return report(`Receiving ${events.toLocaleString('en')} group messages of 600 bytes`, series)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}
