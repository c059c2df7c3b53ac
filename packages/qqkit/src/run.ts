import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { systemClock } from '@qqkit/core'
import { CommandError, languageIn, messageOf, sleep } from '@qqkit/core/internal'

import { createCommand } from './create/create.js'
import { devCommand, type DevDeps } from './dev/dev.js'
import { doctorCommand, type DoctorDeps } from './doctor/doctor.js'
import { loginCommand } from './login/login.js'
import type { Around } from './terminal/around.js'
import { parse } from './terminal/parse.js'
import { terminalPrompts } from './terminal/prompts.js'

// `dist` lies in the package as `src` does.
const inPackage = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'))
  return String(Reflect.get(manifest as object, 'version'))
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ends this process as a closed terminal ends others: Node itself would abort, for it cannot reset what is gone. */
const endWithTerminal = (): void => {
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

/** This process, for a command with these arguments. */
const thisProcess = (args: readonly string[]): Around => {
  const stop = new AbortController()
  // A second one ends a command that does not stop.
  for (const signal of SIGNALS)
    process.on(signal, () => (stop.signal.aborted ? process.exit(1) : stop.abort()))
  process.once('SIGHUP', () => process.once('exit', endWithTerminal))
  // Its reader has gone, as that of `qqkit doctor | head -1`.
  process.stdout.on('error', () => stop.abort())
  process.stderr.on('error', () => {})
  const language = languageIn(args, process.env)
  return {
    env: process.env,
    cwd: process.cwd(),
    language,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    prompts: process.stdin.isTTY && process.stdout.isTTY ? terminalPrompts(language, stop.signal) : null,
    columns: process.stdout.columns || Infinity,
    signal: stop.signal,
  }
}

/** For a command that Ctrl-C ended. */
const STOPPED = { en: 'Stopped.', zh: '已停止。' } as const

/** What the commands use of the world. */
export interface CommandDeps extends DoctorDeps, DevDeps {
  /** The folder with the templates of `create`. */
  readonly templates: string
}

/** The address of a module of another package. */
const resolved = (name: string): string => pathToFileURL(createRequire(import.meta.url).resolve(name)).href

/** A bot that starts again and again identifies more often than the platform lets it. */
const FREE_STARTS = { total: 1_000_000, maxConcurrency: 1000 }

const world = (signal: AbortSignal): CommandDeps => ({
  templates: inPackage('dist/templates'),
  now: () => Date.now(),
  pause: async (ms) => sleep(systemClock, ms, signal),
  preloads: () => ({ typescript: resolved('tsx'), redirect: resolved('@qqkit/simulator/redirect') }),
  platform: async (port) => {
    // Loaded here: the other commands need no server.
    const { DEFAULT_PORT, startOn } = await import('@qqkit/simulator/cli')
    return startOn({ port: port ?? DEFAULT_PORT }, { sessionStarts: FREE_STARTS })
  },
  open: (url) => void import('@qqkit/simulator/cli').then(({ openPage }) => openPage(url)),
})

/** Runs a command, and gives its exit code. A mistake is one line with the next step, and 1. */
export const runCommandLine = async (
  args: readonly string[],
  around: Around = thisProcess(args),
  deps: Partial<CommandDeps> = {},
): Promise<number> => {
  const { language } = around
  const all = { ...world(around.signal), ...deps }
  const rows = [createCommand(all.templates), loginCommand(all), devCommand(all), doctorCommand(all)]
  try {
    const request = parse(args, rows, { language, version: version() })
    if (request.kind === 'run') return await request.row.run(request.argument, request.options, around)
    around.print(request.text)
    return 0
  } catch (error) {
    const stopped = around.signal.aborted ? STOPPED[language] : messageOf(error)
    const text = error instanceof CommandError ? error.text[language] : stopped
    around.complain(text.replaceAll(/\s*\n\s*/g, ' '))
    return 1
  }
}
