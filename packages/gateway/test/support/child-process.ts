import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { buildSync } from 'esbuild'
import { onTestFinished } from 'vitest'

import { temporaryFolder } from './temporary-folder.js'

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

/**
 * A TypeScript program and all that it imports as one file of JavaScript, which is gone after the test: a process starts
 * from it in a fraction of the time that compiling a hundred modules takes, over and over where many are killed.
 */
export const bundleProgram = async (source: URL): Promise<string> => {
  const folder = await temporaryFolder()
  // Whoever it is started as must be able to read it.
  await chmod(folder, 0o755)
  const outfile = join(folder, 'program.mjs')
  buildSync({
    entryPoints: [source.pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@qqkit/source'],
    sourcemap: 'inline',
    logLevel: 'error',
    // What is CommonJS asks for modules of Node this way.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
  return outfile
}

/** Starts a program that was bundled; it does not outlive the test. */
export const startProgram = (
  file: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Program => {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...options,
  })
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
