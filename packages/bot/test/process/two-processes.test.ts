// Handlers of 0.3 s in CI, where all other times are shorter by the same measure; of 8 s with LIVES_SCALE=30, as `pnpm soak` has it.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

import type { SocketSimulator } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { PATIENCE, pause, SCALE, SEEDS } from '../support/lives-scale.js'
import { type SeedStage, seedStages } from '../support/seed-stage.js'

const KILLS = 3

/** Passes each request on to one of the processes. */
const balancer = async (ports: () => readonly number[], random: () => number): Promise<Server> => {
  const server = createServer((incoming, answer) => {
    const targets = ports()
    const port = targets[Math.floor(random() * targets.length)] ?? 1
    const { method = 'POST', headers } = incoming
    const passed = request({ host: '127.0.0.1', port, path: '/', method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.on('error', () => answer.destroy())
      response.pipe(answer)
    })
    passed.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Two places for processes of one bot, and what may happen to them. */
class Pair {
  readonly #ports: (number | null)[] = [null, null]
  readonly #present: (Life | null)[] = [null, null]
  readonly #stage: SeedStage
  readonly #args: readonly string[]

  constructor(stage: SeedStage, args: readonly string[]) {
    this.#stage = stage
    this.#args = args
  }

  get ports(): readonly number[] {
    return this.#ports.filter((port) => port !== null)
  }

  async start(place: number): Promise<void> {
    const life = this.#stage.spawn(...this.#args)
    this.#present[place] = life
    await life.until('port ')
    this.#ports[place] = Number(/port (\d+)/.exec(life.output())?.[1])
  }

  /** One of them ends, in one way or another, and the next one comes. */
  async trouble(): Promise<void> {
    const { random } = this.#stage
    const place = random() < 0.5 ? 0 : 1
    const before = this.#present[place] as Life
    const how = random()
    if (how < 0.4) {
      // The balancer learns of it from the connections that are refused.
      before.child.kill('SIGKILL')
      await before.ended
      await pause(200 * random())
      if (how < 0.15) await this.#killWhileItStarts()
      return this.start(place)
    }
    // A deploy starts the next one while the last one finishes, …
    before.child.kill('SIGTERM')
    const started =
      how < 0.55 ? this.#killWhileItStarts().then(async () => this.start(place)) : this.start(place)
    // … which may not come to its end.
    if (how > 0.75) {
      await pause(500 * random())
      before.child.kill('SIGKILL')
    }
    await started
  }

  async #killWhileItStarts(): Promise<void> {
    await this.#stage.killWhileItStarts(600, ...this.#args)
  }
}

describe('two processes behind a balancer', { timeout: PATIENCE }, () => {
  const stageOf = seedStages()

  it.concurrent.for(SEEDS)(
    'BT-21 answer every message once, whoever is killed (seed %d)',
    async (seed, { onTestFinished }) => {
      const pushRetries = Array.from({ length: 1000 }, () => 60 * SCALE)
      const stage = await stageOf(seed, { pushRetries }, onTestFinished)
      const { random, sim } = stage
      const pair = new Pair(stage, ['webhook', process.env['LIVES_PROCESSES'] ?? 'many'])
      const front = await balancer(() => pair.ports, random)
      onTestFinished(() => {
        front.close()
        front.closeAllConnections()
      })
      await Promise.all([pair.start(0), pair.start(1)])
      sim.changeBot({ webhook: `http://127.0.0.1:${(front.address() as AddressInfo).port}/` })

      for (let kill = 0; kill < KILLS; kill += 1) {
        stage.askSome(6)
        await pause(600 * random())
        const trouble = pair.trouble()
        await pause(300 * random())
        stage.askSome(3)
        await trouble
      }
      stage.askSome(6)
      // What would come twice comes by then: the platform has no push left.
      expect(await stage.faults(`webhook-${seed}`, { over: () => pending(sim) === 0 })).toEqual([])
    },
  )
})

/** Events that no process has taken yet. */
const pending = (sim: SocketSimulator): number => {
  const events = new Set(
    sim.log
      .of('event')
      .filter(({ pushed }) => pushed)
      .map(({ id }) => id),
  )
  for (const { id, outcome } of sim.log.of('push'))
    if (outcome === 'accepted' && id !== null) events.delete(id)
  return events.size
}
