import { symlinkSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

import { type SocketSimulator, type SocketSimulatorOptions, startSimulator } from '@qqkit/simulator'
import { afterEach } from 'vitest'

import type { Preloads } from '../../src/dev/bot-process.js'
import type { CommandDeps } from '../../src/index.js'
import { bundled } from './bundled.js'
import { type AroundInit, type Ran, runCommand } from './command.js'

const folder = await bundled()

/** Packages that a bot in a temporary folder finds. */
export const withPackages = (cwd: string): string => {
  symlinkSync(path.join(folder, 'node_modules'), path.join(cwd, 'node_modules'))
  return cwd
}

/** What bots are loaded with in tests. */
export const preloads: Preloads = {
  typescript: import.meta.resolve('tsx'),
  redirect: pathToFileURL(path.join(folder, 'redirect.mjs')).href,
}

/** For a command that is started from its sources. */
export const environmentOfSources: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  NODE_OPTIONS: `--conditions=@qqkit/source --import ${preloads.typescript}`,
}

/** A running `qqkit dev`. */
export interface Dev {
  readonly sim: Promise<SocketSimulator>
  readonly over: Promise<Ran>
  /** Resolves with the next printed line that fits. */
  readonly until: (pattern: RegExp) => Promise<string>
  readonly stop: () => Promise<Ran>
}

const running: Dev[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(async ({ stop }) => stop()))
})

/** Runs `qqkit dev` until the end of the test. */
export const dev = (
  args: readonly string[],
  init: AroundInit & {
    readonly deps?: Partial<CommandDeps>
    readonly simulator?: SocketSimulatorOptions
  } = {},
): Dev => {
  const stop = new AbortController()
  const lines: string[] = []
  let look = (): void => {}
  let started: (sim: SocketSimulator) => void = () => {}
  const sim = new Promise<SocketSimulator>((resolve) => (started = resolve))
  const over = runCommand(['dev', ...args], {
    signal: stop.signal,
    ...init,
    env: { ...process.env, ...init.env },
    onLine: (line) => {
      lines.push(line)
      look()
    },
    deps: {
      preloads: () => preloads,
      platform: async () => {
        const one = await startSimulator({ sessionStarts: { maxConcurrency: 100 }, ...init.simulator })
        started(one)
        return one
      },
      ...init.deps,
    },
  })
  const until = async (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      look = () => {
        const at = lines.findIndex((line) => pattern.test(line))
        if (at < 0) return
        const [found = ''] = lines.splice(0, at + 1).slice(-1)
        look = () => {}
        resolve(found)
      }
      look()
      void over.then(({ complaints }) => reject(new Error(`ended without ${pattern}: ${complaints.join()}`)))
    })
  const one = {
    sim,
    over,
    until,
    stop: async () => {
      stop.abort()
      return over
    },
  }
  running.push(one)
  return one
}
