import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'

/** Who idles, and how many of them. */
interface IdleTrial {
  readonly scripts: Readonly<Record<string, string>>
  readonly count: number
  readonly rounds: number
}

/** Runs contenders that idle on connections of one server. */
const runIdle = async ({ scripts, count, rounds }: IdleTrial): Promise<Series[]> => {
  const server = startChild(new URL('../bot/server.ts', import.meta.url), ['idle'])
  try {
    const port = await messageFrom<number>(server)
    const contenders = Object.entries(scripts).map(([name, script]) => ({
      name,
      run: async () =>
        runChild<Figures>(new URL(script, import.meta.url), [String(port), String(count)], ['--expose-gc']),
    }))
    return await runRounds(contenders, rounds, 0)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

/** The heap of a shard of a gateway with many. */
export const runIdleShards = async (options: { count: number; rounds: number }): Promise<Series[]> =>
  runIdle({ ...options, scripts: { 'bare ws': 'bare-idle.ts', '@qqkit/gateway': 'qqkit-idle.ts' } })

/** The heap of one of many bots, each with a client of its own. */
export const runIdleBots = async (options: { count: number; rounds: number }): Promise<Series[]> =>
  runIdle({ ...options, scripts: { '@qqkit/bot': '../bot/bots-idle.ts' } })

/** The heap of an idle shard, and of an idle bot. */
export const benchIdle = async (options: { count: number; rounds: number }): Promise<string> => {
  const many = options.count.toLocaleString('en')
  return [
    report(`${many} idle shards`, await runIdleShards(options)),
    report(`${many} idle bots in one process, one client each`, await runIdleBots(options)),
  ].join('\n')
}
