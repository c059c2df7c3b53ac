import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { beforeAll, type TestContext } from 'vitest'

import { livesOf, type Life } from './bot-process.js'
import { pause, SCALE } from './lives-scale.js'
import { ask, settledFaults, type Question, type Told } from './people-asking.js'

const SCRIPT = fileURLToPath(new URL('../process/answering-bot.ts', import.meta.url))

/** One seed: a platform, people who ask, and the processes of `answering-bot.ts` that answer them. */
export class SeedStage {
  readonly sim: SocketSimulator
  readonly random: () => number
  /** Every process so far. */
  readonly lives: Life[] = []
  readonly #questions: Question[] = []
  readonly #folder: string
  readonly #start: (args: readonly string[]) => Life

  constructor(init: {
    readonly seed: number
    readonly sim: SocketSimulator
    readonly folder: string
    readonly start: (args: readonly string[]) => Life
  }) {
    this.sim = init.sim
    this.random = seededRandom(init.seed)
    this.#folder = init.folder
    this.#start = init.start
  }

  fileOf(name: string): string {
    return path.join(this.#folder, name)
  }

  /** Starts a process with the credentials and the address of the platform, the scale, and further arguments. */
  spawn(...args: readonly string[]): Life {
    const { appId, secret } = this.sim.credentials
    const life = this.#start([appId, secret, this.sim.url, String(SCALE), ...args])
    this.lives.push(life)
    return life
  }

  /** Starts a process, and kills it within `most` ms: starting takes as long as it takes, whatever the scale. */
  async killWhileItStarts(most: number, ...args: readonly string[]): Promise<void> {
    const { child, ended } = this.spawn(...args)
    await pause((most / SCALE) * this.random())
    child.kill('SIGKILL')
    await ended
  }

  /** Up to `most` people ask, at least one. */
  askSome(most: number): void {
    const burst = 1 + Math.floor(most * this.random())
    for (let at = 0; at < burst; at += 1)
      this.#questions.push(ask(this.sim, this.#questions.length, this.random))
  }

  /** What is wrong once every question has its outcome, and the platform is done. */
  async faults(
    name: string,
    {
      told = () => [],
      over = () => true,
    }: { readonly told?: () => readonly Told[]; readonly over?: () => boolean },
  ): Promise<readonly string[]> {
    return settledFaults(this.sim, this.#questions, told, { over, name, lives: this.lives })
  }

  async end(): Promise<void> {
    for (const { child } of this.lives) child.kill('SIGKILL')
    await Promise.all(this.lives.map(async ({ ended }) => ended))
    await this.sim.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Makes the stage of a seed, which ends with its test. The bot is bundled once for all tests of a `describe`. */
export const seedStages = (): ((
  seed: number,
  platform: Parameters<typeof startSimulator>[0],
  onTestFinished: TestContext['onTestFinished'],
) => Promise<SeedStage>) => {
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  return async (seed, platform, onTestFinished) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-lives-'))
    const sim = await startSimulator({ page: false, seed, ...platform })
    const stage = new SeedStage({ seed, sim, folder, start })
    onTestFinished(async () => stage.end())
    return stage
  }
}
