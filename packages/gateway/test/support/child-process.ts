import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { onTestFinished } from 'vitest'

/** A TypeScript program in a process of its own, read line by line. */
export interface Program {
  readonly process: ChildProcess
  /** The next line of its output; `null` after the last one. */
  line(): Promise<string | null>
  /** All lines that are still to come. */
  rest(): Promise<readonly string[]>
  /** Its exit code, once it has ended by itself. */
  readonly code: Promise<number | null>
  /** Ends it without a chance to do anything, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts a program; it does not outlive the test. */
export const startProgram = (
  file: URL,
  args: readonly string[],
  options: { readonly uid?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Program => {
  const child = spawn(
    process.execPath,
    ['--conditions', '@qqkit/source', '--import', import.meta.resolve('tsx'), file.pathname, ...args],
    { stdio: ['pipe', 'pipe', 'inherit'], ...options },
  )
  const code = once(child, 'exit').then(([exitCode]) => exitCode as number | null)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await code
  }
  onTestFinished(kill)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const line = async (): Promise<string | null> => {
    const { done, value } = await lines.next()
    return done ? null : value
  }
  return {
    process: child,
    code,
    line,
    kill,
    rest: async () => {
      const rest: string[] = []
      for (let next = await line(); next !== null; next = await line()) rest.push(next)
      return rest
    },
  }
}
