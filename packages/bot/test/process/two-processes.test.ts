import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { livesOf, type Life } from '../fixtures/bot-process.js'
import { ask, faultsOf, isAnswered, type Question } from '../fixtures/people-asking.js'

const SCRIPT = fileURLToPath(new URL('./answering-bot.ts', import.meta.url))
const SEEDS = Array.from({ length: Number(process.env['LIVES_SEEDS'] ?? 3) }, (_, index) => index + 1)
const QUESTIONS = 21

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Passes each request on to one of the processes. */
const balancer = async (ports: () => readonly number[], random: () => number): Promise<Server> => {
  const server = createServer((incoming, answer) => {
    const targets = ports()
    const port = targets[Math.floor(random() * targets.length)] ?? 1
    const { method = 'POST', headers } = incoming
    const passed = request({ host: '127.0.0.1', port, path: '/', method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.headersSent || answer.writeHead(502).end())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return server
}

describe('two processes behind a balancer', { timeout: 60_000 }, () => {
  let start: (args: readonly string[]) => Life
  let dispose: () => Promise<void>

  beforeAll(async () => {
    ;({ start, dispose } = await livesOf(SCRIPT))
  })

  afterAll(async () => dispose())

  const places = [0, 1] as const

  it.concurrent.each(SEEDS)('BT-21 answer every message once, whoever is killed (seed %d)', async (seed) => {
    const random = seededRandom(seed)
    const sim: SocketSimulator = await startSimulator({
      page: false,
      seed,
      pushRetries: Array.from({ length: 200 }, () => 60),
    })
    const { appId, secret } = sim.credentials
    const lives: Life[] = []
    const ports: (number | null)[] = [null, null]
    const live = async (place: 0 | 1): Promise<Life> => {
      const life = start([appId, secret, sim.url, 'webhook'])
      lives.push(life)
      await life.until('port ')
      ports[place] = Number(/port (\d+)/.exec(life.output())?.[1])
      return life
    }
    const present = await Promise.all(places.map(live))
    const front = await balancer(() => ports.filter((port) => port !== null), random)
    sim.changeBot({ webhook: `http://127.0.0.1:${(front.address() as AddressInfo).port}/` })

    const questions: Question[] = []
    const asking = (async () => {
      for (let number = 0; number < QUESTIONS; number += 1) {
        questions.push(ask(sim, number, random))
        await pause(60 + 100 * random())
      }
    })()
    for (let kill = 0; kill < 2; kill += 1) {
      await pause(900 + 600 * random())
      const place = random() < 0.5 ? 0 : 1
      const { child, ended } = present[place] as Life
      const signal = random() < 0.7 ? 'SIGKILL' : 'SIGTERM'
      if (signal === 'SIGKILL') ports[place] = null
      child.kill(signal)
      // A deploy starts the next one while the last one finishes.
      present[place] = await live(place)
      if (signal === 'SIGKILL') await ended
    }
    await asking
    await vi.waitFor(() => expect(questions.filter((question) => !isAnswered(sim, question))).toEqual([]), {
      timeout: 6000,
      interval: 100,
    })
    // What would come twice comes by now: the platform has no push left.
    await vi.waitFor(() => expect(pending(sim)).toBe(0), { timeout: 6000, interval: 100 })
    await pause(800)
    expect(questions.flatMap((question) => faultsOf(sim, question))).toEqual([])
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    front.close()
    front.closeAllConnections()
    await sim.close()
  })
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
