import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const HOME = fileURLToPath(new URL('../', import.meta.url))

/** How a process ended, and all it said. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The example, started as `npm start` does it. */
export interface ExampleProcess {
  /** Everything on stdout so far. */
  readonly output: () => string
  /** Resolves with the match once stdout has it; rejects when the process ends without. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>
  /** Ctrl-C. */
  readonly interrupt: () => void
  readonly ended: Promise<Ended>
  /** For the end of a test that failed: nothing may stay behind. */
  readonly kill: () => void
}

/** The environment of the test without anything that the example would read. */
const cleanEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:QQ_|QQKIT_|LANG$|LC_|NODE_OPTIONS$)/.test(name)),
  )

/** Starts the example with these QQ_ variables. A `.env` file beside it would count, as it does for users. */
export const startExample = (env: Readonly<Record<string, string>>): ExampleProcess => {
  const data = mkdtempSync(path.join(tmpdir(), 'qqkit-example-'))
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: HOME,
    env: { ...cleanEnv(), QQ_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that nothing it starts can stay behind.
    detached: true,
  })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    for (const look of watchers) look()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      rmSync(data, { recursive: true, force: true })
      resolve({ code, stdout, stderr })
    })
  })
  return {
    output: () => stdout,
    ended,
    until: async (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(stdout)
          if (!found) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
        void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${stdout}${stderr}`)))
      }),
    interrupt: () => void child.kill('SIGINT'),
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      process.kill(-child.pid, 'SIGKILL')
    },
  }
}
