import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures } from '../measure/rounds.js'

/** The heap of an idle shard. */
export const benchIdle = async (options: { shards: number; rounds: number }): Promise<string> => {
  const server = startChild(new URL('server.ts', import.meta.url), ['0'])
  try {
    const port = await messageFrom<number>(server)
    const contender = (name: string, script: string) => ({
      name,
      run: () =>
        runChild<Figures>(
          new URL(script, import.meta.url),
          [String(port), String(options.shards)],
          ['--expose-gc'],
        ),
    })
    const series = await runRounds(
      [contender('bare ws', 'bare-idle.ts'), contender('@qqkit/gateway', 'qqkit-idle.ts')],
      options.rounds,
    )
    return report(`${options.shards.toLocaleString('en')} idle shards`, series)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}
