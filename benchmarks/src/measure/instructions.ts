import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { messageFrom } from './child.js'

/** The counter of `perf stat`: work in the program, not in the kernel. */
const EVENT = 'instructions:u'

/** The count in the output of `perf stat -x,`; `null` where the machine does not count. */
const parseCount = (output: string): number | null => {
  const line = output.split('\n').find((one) => one.includes(EVENT)) ?? ''
  const count = Number.parseInt(line, 10)
  return Number.isNaN(count) ? null : count
}

/** Whether this machine counts instructions. Many virtual ones do not. */
export const countsInstructions = (): boolean => {
  const { stderr, error } = spawnSync('perf', ['stat', '-x,', '-e', EVENT, 'true'], { encoding: 'utf8' })
  return error === undefined && parseCount(stderr) !== null
}

/** The instructions of a script of this workspace, from its start to its first message. */
export const instructionsOf = async (script: URL, args: readonly string[]): Promise<number> => {
  const node = [process.execPath, '--import', 'tsx', fileURLToPath(script), ...args]
  const child: ChildProcess = spawn('perf', ['stat', '-x,', '-e', EVENT, ...node], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    // A group of their own: perf waits for its program, and an interrupt has to reach both.
    detached: true,
  })
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  try {
    await messageFrom(child)
  } finally {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, 'SIGINT')
      await once(child, 'close')
    }
  }
  const count = parseCount(output)
  if (count === null) throw new Error(`perf stat counted nothing: ${output}`)
  return count
}
