import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { messageFrom, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'

const LIBRARIES = ['@qqkit/bot', 'qq-official-bot', 'qq-guild-bot']

/** From the start of a process to its first answer at the platform. */
const firstAnswer = async (library: string): Promise<Figures> => {
  const server = startChild(new URL('server.ts', import.meta.url), ['first'])
  const port = await messageFrom<number>(server)
  const program = fileURLToPath(new URL('cold-bot.mjs', import.meta.url))
  const start = performance.now()
  // The output of a library is discarded.
  const bot = spawn(process.execPath, [program, library, `http://127.0.0.1:${port}`], { stdio: 'ignore' })
  try {
    await messageFrom(server)
    return { 'first answer after (ms)': performance.now() - start }
  } finally {
    for (const child of [bot, server]) child.kill('SIGKILL')
    await Promise.all(
      [bot, server].map(async (child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')),
    )
  }
}

/** Starts bots of libraries, one after the other. */
export const runColdStarts = async (libraries: readonly string[], rounds: number): Promise<Series[]> =>
  runRounds(
    libraries.map((name) => ({ name, run: async () => firstAnswer(name) })),
    rounds,
  )

/** The time of a bot from its start to its first answer, beside other libraries. */
export const benchColdStart = async ({ rounds }: { rounds: number }): Promise<string> =>
  report('From the start of the process to the first answer', await runColdStarts(LIBRARIES, rounds))
