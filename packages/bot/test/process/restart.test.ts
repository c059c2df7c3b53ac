import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'

const SCRIPT = fileURLToPath(new URL('./restarting-bot.ts', import.meta.url))

describe('a bot that is a process', { timeout: 120_000 }, () => {
  let sim: SocketSimulator
  let directory: string
  let file: string
  let lives: Life[]
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  beforeEach(async () => {
    sim = await startSimulator({ page: false })
    directory = await mkdtemp(path.join(tmpdir(), 'qqkit-bot-'))
    file = path.join(directory, 'session.json')
    lives = []
  })

  afterEach(async () => {
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await sim.close()
    await rm(directory, { recursive: true, force: true })
  })

  const live = (...hang: readonly string[]): Life => {
    const { appId, secret } = sim.credentials
    const life = start([appId, secret, sim.url, file, ...hang])
    lives.push(life)
    return life
  }

  const session = async (): Promise<void> =>
    new Promise((resolve) => {
      const unsubscribe = sim.subscribe((entry) => {
        if (entry.kind !== 'session' || (entry.change !== 'created' && entry.change !== 'resumed')) return
        unsubscribe()
        resolve()
      })
    })

  /** Resolves when the store knows that everything up to `seq` is finished. */
  const stored = async (seq: number): Promise<void> => {
    await vi.waitFor(async () => {
      const text = await readFile(file, 'utf8')
      if (Number(/"committed":\s*(\d+)/.exec(text)?.[1] ?? 0) < seq)
        throw new Error(`not stored yet: ${text}`)
    }, 20_000)
  }

  const answers = (): readonly string[] =>
    sim.log
      .of('message')
      .filter(({ direction }) => direction === 'out')
      .map(({ content }) => content)

  it('ST-05 answers on SIGTERM what it had begun, exits 0, and the next process resumes', async () => {
    const ready = session()
    const first = live()
    await ready
    sim.user('ann').say('slow')
    await first.until('begin slow')
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.output()).toMatch(/sent slow\n.*stopped\n/s)
    sim.user('ann').say('while away')
    const second = live()
    await second.until('sent while away')
    expect(answers()).toEqual(['re: slow', 're: while away'])
    expect(sim.log.of('session').filter(({ change }) => change === 'created')).toHaveLength(1)
  })

  it('GW-17 RS-05 loses no message and doubles no reply when it is killed in the middle', async () => {
    const ready = session()
    const first = live('hang')
    await ready
    sim.user('ann').say('done')
    await first.until('sent done')
    await stored(2)
    sim.user('ann').say('after')
    sim.user('bob').say('before')
    await first.until('sent after')
    await first.until('begin before')
    first.child.kill('SIGKILL')
    await first.ended
    const second = live()
    await second.until('sent before')
    await second.until('duplicate after')
    expect(second.output()).not.toContain('done')
    expect(answers().toSorted()).toEqual(['re: after', 're: before', 're: done'])
    expect(sim.oracle.doubledReplies()).toEqual([])
  })

  it('GW-17 refuses a second process on the same store, with advice, and leaves the first alone', async () => {
    const ready = session()
    const first = live()
    await ready
    const second = live()
    expect(await second.ended).toBe(1)
    expect(second.errors()).toMatch(/qqkit error: the bot has stopped for good: .* in use by process \d+/)
    expect(second.errors()).toMatch(/Stop the other bot first/)
    sim.user('ann').say('still there?')
    await first.until('sent still there?')
  })
})
