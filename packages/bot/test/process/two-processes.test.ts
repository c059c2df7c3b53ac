// Handlers of 0.3 s in CI, where all other times are shorter by the same measure; of 8 s with LIVES_SCALE=30, as `pnpm soak` has it.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'
import { PATIENCE, pause, SCALE, SEEDS } from '../support/lives-scale.js'
import { ask, settledFaults, type Question } from '../support/people-asking.js'

const SCRIPT = fileURLToPath(new URL('./answering-bot.ts', import.meta.url))
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
  readonly lives: Life[] = []
  readonly #ports: (number | null)[] = [null, null]
  readonly #present: (Life | null)[] = [null, null]
  readonly #begin: () => Life
  readonly #random: () => number

  constructor(begin: () => Life, random: () => number) {
    this.#begin = begin
    this.#random = random
  }

  get ports(): readonly number[] {
    return this.#ports.filter((port) => port !== null)
  }

  async start(place: number): Promise<void> {
    const life = this.#spawn(place)
    await life.until('port ')
    this.#ports[place] = Number(/port (\d+)/.exec(life.output())?.[1])
  }

  /** One of them ends, in one way or another, and the next one comes. */
  async trouble(): Promise<void> {
    const place = this.#random() < 0.5 ? 0 : 1
    const before = this.#present[place] as Life
    const how = this.#random()
    if (how < 0.4) {
      // The balancer learns of it from the connections that are refused.
      before.child.kill('SIGKILL')
      await before.ended
      await pause(200 * this.#random())
      if (how < 0.15) await this.#killWhileItStarts(place)
      return this.start(place)
    }
    // A deploy starts the next one while the last one finishes, …
    before.child.kill('SIGTERM')
    const started =
      how < 0.55 ? this.#killWhileItStarts(place).then(async () => this.start(place)) : this.start(place)
    // … which may not come to its end.
    if (how > 0.75) {
      await pause(500 * this.#random())
      before.child.kill('SIGKILL')
    }
    await started
  }

  async end(): Promise<void> {
    for (const { child } of this.lives) child.kill('SIGKILL')
    await Promise.all(this.lives.map(async ({ ended }) => ended))
  }

  async #killWhileItStarts(place: number): Promise<void> {
    const { child, ended } = this.#spawn(place)
    // Starting takes as long as it takes, whatever the scale.
    await pause((600 / SCALE) * this.#random())
    child.kill('SIGKILL')
    await ended
  }

  #spawn(place: number): Life {
    const life = this.#begin()
    this.lives.push(life)
    this.#present[place] = life
    return life
  }
}

describe('two processes behind a balancer', { timeout: PATIENCE }, () => {
  let start: (args: readonly string[]) => Life
  let dispose: () => Promise<void>

  beforeAll(async () => {
    ;({ start, dispose } = await livesOf(SCRIPT))
  })

  afterAll(async () => dispose())

  it.concurrent.for(SEEDS)(
    'BT-21 answer every message once, whoever is killed (seed %d)',
    async (seed, { onTestFinished }) => {
      const random = seededRandom(seed)
      const sim: SocketSimulator = await startSimulator({
        page: false,
        seed,
        pushRetries: Array.from({ length: 1000 }, () => 60 * SCALE),
      })
      const { appId, secret } = sim.credentials
      const processes = process.env['LIVES_PROCESSES'] ?? 'many'
      const pair = new Pair(
        () => start([appId, secret, sim.url, String(SCALE), 'webhook', processes]),
        random,
      )
      const front = await balancer(() => pair.ports, random)
      onTestFinished(async () => {
        await pair.end()
        front.close()
        front.closeAllConnections()
        await sim.close()
      })
      await Promise.all([pair.start(0), pair.start(1)])
      sim.changeBot({ webhook: `http://127.0.0.1:${(front.address() as AddressInfo).port}/` })

      const questions: Question[] = []
      const askSome = (most: number): void => {
        const burst = 1 + Math.floor(most * random())
        for (let at = 0; at < burst; at += 1) questions.push(ask(sim, questions.length, random))
      }
      for (let kill = 0; kill < KILLS; kill += 1) {
        askSome(6)
        await pause(600 * random())
        const trouble = pair.trouble()
        await pause(300 * random())
        askSome(3)
        await trouble
      }
      askSome(6)
      const faults = await settledFaults(sim, questions, () => [], {
        // What would come twice comes by then: the platform has no push left.
        over: () => pending(sim) === 0,
        name: `webhook-${seed}`,
        lives: pair.lives,
      })
      expect(faults).toEqual([])
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
