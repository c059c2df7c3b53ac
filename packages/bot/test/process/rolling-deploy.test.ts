import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { seededRandom } from '@qqkit/core/testing'
import { startSimulator, type LogEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { livesOf, type Life } from '../fixtures/bot-process.js'
import { ask, faultsOf, isAnswered, type Question } from '../fixtures/people-asking.js'

const SCRIPT = fileURLToPath(new URL('./answering-bot.ts', import.meta.url))
const SEEDS = Array.from({ length: Number(process.env['LIVES_SEEDS'] ?? 3) }, (_, index) => index + 1)
const QUESTIONS = 10

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const seen = async (sim: SocketSimulator, fits: (entry: LogEntry) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const unsubscribe = sim.subscribe((entry) => {
      if (!fits(entry)) return
      unsubscribe()
      resolve()
    })
  })

describe('one process after the other over the gateway', { timeout: 60_000 }, () => {
  let start: (args: readonly string[]) => Life
  let dispose: () => Promise<void>

  beforeAll(async () => {
    ;({ start, dispose } = await livesOf(SCRIPT))
  })

  afterAll(async () => dispose())

  it.concurrent.each(SEEDS)('BT-21 answer every message once, however each ends (seed %d)', async (seed) => {
    const random = seededRandom(seed)
    const sim: SocketSimulator = await startSimulator({
      page: false,
      seed,
      sessionStarts: { maxConcurrency: 10 },
    })
    const directory = await mkdtemp(path.join(tmpdir(), 'qqkit-deploy-'))
    const { appId, secret } = sim.credentials
    const lives: Life[] = []
    const live = async (): Promise<Life> => {
      const connected = seen(
        sim,
        (entry) => entry.kind === 'session' && (entry.change === 'created' || entry.change === 'resumed'),
      )
      const life = start([appId, secret, sim.url, 'gateway', path.join(directory, 'session.json')])
      lives.push(life)
      await connected
      return life
    }
    let present = await live()
    // A crash this early loses a session that is not stored yet, as documented.
    await pause(300)
    const questions: Question[] = []
    const asking = (async () => {
      for (let number = 0; number < QUESTIONS; number += 1) {
        questions.push(ask(sim, number, random))
        await pause(60 + 100 * random())
      }
    })()
    for (let kill = 0; kill < 2; kill += 1) {
      await pause(400 + 500 * random())
      const { child, ended } = present
      child.kill(random() < 0.6 ? 'SIGKILL' : 'SIGTERM')
      await ended
      present = await live()
    }
    await asking
    await vi.waitFor(() => expect(questions.filter((question) => !isAnswered(sim, question))).toEqual([]), {
      timeout: 15_000,
      interval: 100,
    })
    await pause(800)
    expect(questions.flatMap((question) => faultsOf(sim, question))).toEqual([])
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await rm(directory, { recursive: true, force: true })
    await sim.close()
  })
})
