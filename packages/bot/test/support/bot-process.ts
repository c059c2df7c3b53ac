import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { build } from 'esbuild'

/** One life of a bot that is a process of its own. */
export interface Life {
  readonly child: ChildProcess
  readonly output: () => string
  /** What it said on stderr. */
  readonly errors: () => string
  /** Resolves once its output has the text; rejects when it ends without. */
  readonly until: (text: string) => Promise<void>
  /** Resolves with how it ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/**
 * One file out of a script and all that it imports: processes of sources take seconds to start. Without source maps, which are most of
 * what a process reads at its start: the functions in a stack keep their names.
 */
const bundle = async (script: string, outfile: string): Promise<void> => {
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@qqkit/source'],
    // Some of what is bundled still asks for Node's modules in the old way.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
}

/** Makes the lives of a script of this package, until it is disposed of. */
export const livesOf = async (
  script: string,
): Promise<{ readonly start: (args: readonly string[]) => Life; readonly dispose: () => Promise<void> }> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'qqkit-life-'))
  const file = path.join(directory, 'bot.mjs')
  await bundle(script, file)
  return {
    start: (args) => startLife(file, args),
    dispose: async () => rm(directory, { recursive: true, force: true }),
  }
}

const startLife = (file: string, args: readonly string[]): Life => {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    for (const look of watchers) look()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  const until = async (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.includes(text)) resolve()
      }
      watchers.add(look)
      look()
      void ended.then(() =>
        reject(new Error(`it ended without ${JSON.stringify(text)}:\n${output}${errors}`)),
      )
    })
  return { child, output: () => output, errors: () => errors, until, ended }
}
