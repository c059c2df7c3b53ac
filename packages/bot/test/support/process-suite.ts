import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { startSimulator, type LogEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeAll, beforeEach } from 'vitest'

import { livesOf, type Life } from './bot-process.js'

/** The simulator and the processes of one test. */
export interface ProcessSuite {
  readonly sim: SocketSimulator
  /** A file in a folder that is new for each test. */
  readonly fileOf: (name: string) => string
  /** Starts a process with the credentials and the address of the simulator, and further arguments. */
  readonly start: (...args: readonly string[]) => Life
  /** Resolves with the next entry of the simulator's log that fits. */
  readonly seen: (fits: (entry: LogEntry) => boolean) => Promise<void>
  /** The texts of the messages that the bot has sent, in order. */
  readonly answers: () => readonly string[]
}

/**
 * Runs the tests of a `describe` with processes of one script: it is bundled once, each test has a simulator and
 * a folder of its own, and no process survives its test.
 */
export const processSuite = (
  script: URL,
  options: Parameters<typeof startSimulator>[0] = {},
): ProcessSuite => {
  let sim: SocketSimulator
  let directory: string
  let lives: Life[]
  let startLife: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(fileURLToPath(script))
    startLife = made.start
    return made.dispose
  })

  beforeEach(async () => {
    sim = await startSimulator({ page: false, ...options })
    directory = await mkdtemp(path.join(tmpdir(), 'qqkit-bot-'))
    lives = []
  })

  afterEach(async () => {
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await sim.close()
    await rm(directory, { recursive: true, force: true })
  })

  return {
    get sim() {
      return sim
    },
    fileOf: (name) => path.join(directory, name),
    start: (...args) => {
      const { appId, secret } = sim.credentials
      const life = startLife([appId, secret, sim.url, ...args])
      lives.push(life)
      return life
    },
    seen: async (fits) =>
      new Promise((resolve) => {
        const unsubscribe = sim.subscribe((entry) => {
          if (!fits(entry)) return
          unsubscribe()
          resolve()
        })
      }),
    answers: () =>
      sim.log
        .of('message')
        .filter(({ direction }) => direction === 'out')
        .map(({ content }) => content),
  }
}
