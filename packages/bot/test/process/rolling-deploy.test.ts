// Handlers of 0.3 s in CI, where all other times are shorter by the same measure; of 8 s with LIVES_SCALE=30, as `pnpm soak` has it.
import type { LogEntry, SocketSimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { PATIENCE, pause, SCALE, SEEDS } from '../support/lives-scale.js'
import { toldBy } from '../support/people-asking.js'
import { type SeedStage, seedStages } from '../support/seed-stage.js'

const KILLS = 3

/** Resolves when somebody connects. */
const connected = async (sim: SocketSimulator): Promise<void> => {
  const isSession = (entry: LogEntry): entry is Extract<LogEntry, { readonly kind: 'session' }> =>
    entry.kind === 'session' && (entry.change === 'created' || entry.change === 'resumed')
  await sim.log.next(isSession)
}

/** One process after the other on one store, and what may happen to them. */
class Deploys {
  readonly #stage: SeedStage
  #present: Life

  constructor(stage: SeedStage) {
    this.#stage = stage
    this.#present = this.#spawn()
  }

  /** The process ends, in one way or another, and the next one comes. */
  async trouble(): Promise<void> {
    const { random } = this.#stage
    const before = this.#present
    const how = random()
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
    await pause(500 * random())
    before.child.kill('SIGKILL')
  }

  async kill(): Promise<void> {
    this.#present.child.kill('SIGKILL')
    await this.#present.ended
    this.#present = this.#spawn()
  }

  get #args(): readonly string[] {
    return ['gateway', this.#stage.fileOf('session.json')]
  }

  async #killWhileItStarts(): Promise<void> {
    await this.#stage.killWhileItStarts(800, ...this.#args)
  }

  #spawn(): Life {
    return this.#stage.spawn(...this.#args)
  }
}

describe('one process after the other over the gateway', { timeout: PATIENCE }, () => {
  const stageOf = seedStages()

  it.concurrent.for(SEEDS)(
    'BT-21 answer every message once, however each ends (seed %d)',
    async (seed, { onTestFinished }) => {
      const stage = await stageOf(seed, { sessionStarts: { maxConcurrency: 10 } }, onTestFinished)
      const { random, sim } = stage
      const first = connected(sim)
      const deploys = new Deploys(stage)
      await first
      // What comes before the session is stored is lost with the process, and told by the next one.
      if (random() < 0.5) {
        const next = connected(sim)
        stage.askSome(1)
        await pause((30 / SCALE) * random())
        await deploys.kill()
        await next
      }
      for (let kill = 0; kill < KILLS; kill += 1) {
        stage.askSome(6)
        await pause(600 * random())
        const next = connected(sim)
        await deploys.trouble()
        if (random() < 0.5) stage.askSome(3)
        // Otherwise it may die again before it has got anywhere.
        if (random() < 0.8) await next
        else next.catch(() => {})
      }
      const told = () => toldBy(stage.lives.map(({ output }) => output()))
      expect(await stage.faults(`deploy-${seed}`, { told })).toEqual([])
    },
  )
})
