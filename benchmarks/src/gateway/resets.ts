import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures } from '../measure/rounds.js'

/** The time until a shard is back after a reset of its connection. */
export const benchResets = async (options: { resets: number; rounds: number }): Promise<string> => {
  const server = startChild(new URL('server.ts', import.meta.url), ['0', 'resets'])
  try {
    const port = await messageFrom<number>(server)
    const script = new URL('qqkit-resets.ts', import.meta.url)
    const series = await runRounds(
      [
        {
          name: '@qqkit/gateway',
          run: () => runChild<Figures>(script, [String(port), String(options.resets)]),
        },
      ],
      options.rounds,
    )
    return report(`Reset to RESUMED without the policy's wait, ${options.resets} resets a round`, series)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}
