// Handlers of 0.3 s in CI, where all other times are shorter by the same measure; of 8 s with LIVES_SCALE=30, as `pnpm soak` has it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type LogEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'
import { PATIENCE, pause, SCALE, SEEDS } from '../support/lives-scale.js'
import { ask, settledFaults, toldBy, type Question } from '../support/people-asking.js'

const SCRIPT = fileURLToPath(new URL('./answering-bot.ts', import.meta.url))
const KILLS = 3

/** Resolves when somebody connects. */
const connected = async (sim: SocketSimulator): Promise<void> => {
  const isSession = (entry: LogEntry): entry is Extract<LogEntry, { readonly kind: 'session' }> =>
    entry.kind === 'session' && (entry.change === 'created' || entry.change === 'resumed')
  await sim.log.next(isSession)
}

/** One process after the other on one store, and what may happen to them. */
class Deploys {
  readonly lives: Life[] = []
  readonly #begin: () => Life
  readonly #random: () => number
  #present: Life

  constructor(begin: () => Life, random: () => number) {
    this.#begin = begin
    this.#random = random
    this.#present = this.#spawn()
  }

  /** The process ends, in one way or another, and the next one comes. */
  async trouble(): Promise<void> {
    const before = this.#present
    const how = this.#random()
    if (how < 0.5) {
      before.child.kill('SIGKILL')
      if (how < 0.25) await this.#killWhileItStarts()
      this.#present = this.#spawn()
      return
    }
    // A deploy starts the next one, which waits, while the last one finishes, …
    before.child.kill('SIGTERM')
    if (how < 0.65) await this.#killWhileItStarts()
    this.#present = this.#spawn()
    if (how < 0.75) return
    // … which may not come to its end.
    await pause(500 * this.#random())
    before.child.kill('SIGKILL')
  }

  async kill(): Promise<void> {
    this.#present.child.kill('SIGKILL')
    await this.#present.ended
    this.#present = this.#spawn()
  }

  async end(): Promise<void> {
    for (const { child } of this.lives) child.kill('SIGKILL')
    await Promise.all(this.lives.map(async ({ ended }) => ended))
  }

  async #killWhileItStarts(): Promise<void> {
    const { child, ended } = this.#spawn()
    // Starting takes as long as it takes, whatever the scale.
    await pause((800 / SCALE) * this.#random())
    child.kill('SIGKILL')
    await ended
  }

  #spawn(): Life {
    const life = this.#begin()
    this.lives.push(life)
    return life
  }
}

describe('one process after the other over the gateway', { timeout: PATIENCE }, () => {
  let start: (args: readonly string[]) => Life
  let dispose: () => Promise<void>

  beforeAll(async () => {
    ;({ start, dispose } = await livesOf(SCRIPT))
  })

  afterAll(async () => dispose())

  it.concurrent.for(SEEDS)(
    'BT-21 answer every message once, however each ends (seed %d)',
    async (seed, { onTestFinished }) => {
      const random = seededRandom(seed)
      const sim: SocketSimulator = await startSimulator({
        page: false,
        seed,
        sessionStarts: { maxConcurrency: 10 },
      })
      const directory = await mkdtemp(path.join(tmpdir(), 'qqkit-deploy-'))
      const { appId, secret } = sim.credentials
      const store = path.join(directory, 'session.json')
      const first = connected(sim)
      const deploys = new Deploys(
        () => start([appId, secret, sim.url, String(SCALE), 'gateway', store]),
        random,
      )
      onTestFinished(async () => {
        await deploys.end()
        await sim.close()
        await rm(directory, { recursive: true, force: true })
      })
      await first
      const questions: Question[] = []
      // What comes before the session is stored is lost with the process, and told by the next one.
      if (random() < 0.5) {
        const next = connected(sim)
        questions.push(ask(sim, 0, random))
        await pause((30 / SCALE) * random())
        await deploys.kill()
        await next
      }
      const askSome = (most: number): void => {
        const burst = 1 + Math.floor(most * random())
        for (let at = 0; at < burst; at += 1) questions.push(ask(sim, questions.length, random))
      }
      for (let kill = 0; kill < KILLS; kill += 1) {
        askSome(6)
        await pause(600 * random())
        const next = connected(sim)
        await deploys.trouble()
        if (random() < 0.5) askSome(3)
        // Otherwise it may die again before it has got anywhere.
        if (random() < 0.8) await next
        else next.catch(() => {})
      }
      const told = () => toldBy(deploys.lives.map(({ output }) => output()))
      const faults = await settledFaults(sim, questions, told, {
        over: () => true,
        name: `deploy-${seed}`,
        lives: deploys.lives,
      })
      expect(faults).toEqual([])
    },
  )
})
