import { fileURLToPath } from 'node:url'

import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'

const SCRIPT = fileURLToPath(new URL('./webhook-bot.ts', import.meta.url))

describe('a bot over webhook that is a process', { timeout: 120_000 }, () => {
  let sim: SocketSimulator
  let lives: Life[]
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  beforeEach(async () => {
    // The docs say nothing about retries (§7.5): often enough to hit a process that has just come up.
    sim = await startSimulator({ page: false, pushRetries: Array.from({ length: 200 }, () => 500) })
    lives = []
  })

  afterEach(async () => {
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await sim.close()
  })

  /** Starts a process, on the port of an earlier one if there was one; resolves when it listens. */
  const live = async (port = '0', ...hang: readonly string[]): Promise<Life & { readonly port: string }> => {
    const { appId, secret } = sim.credentials
    const life = start([appId, secret, sim.url, port, ...hang])
    lives.push(life)
    await life.until('port ')
    return { ...life, port: /port (\d+)/.exec(life.output())?.[1] ?? '' }
  }

  const answers = (): readonly string[] =>
    sim.log
      .of('message')
      .filter(({ direction }) => direction === 'out')
      .map(({ content }) => content)

  it('RS-05 loses no message and doubles no reply when it is killed in the middle', async () => {
    const first = await live('0', 'hang')
    sim.changeBot({ webhook: `http://127.0.0.1:${first.port}/` })
    sim.user('ann').say('done')
    await first.until('sent done')
    sim.user('bob').say('after')
    sim.user('cat').say('before')
    await first.until('sent after')
    await first.until('begin before')
    first.child.kill('SIGKILL')
    await first.ended
    const second = await live(first.port)
    await second.until('sent before')
    await second.until('duplicate after')
    expect(second.output()).not.toContain('done')
    expect(answers().toSorted()).toEqual(['re: after', 're: before', 're: done'])
    expect(sim.oracle.doubledReplies()).toEqual([])
  })

  it('ST-05 answers on SIGTERM what it had begun, acknowledges it, and exits 0', async () => {
    const { child, port, until, ended, output } = await live()
    sim.changeBot({ webhook: `http://127.0.0.1:${port}/` })
    sim.user('ann').say('slow')
    await until('begin slow')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output()).toMatch(/sent slow\nstopped\n$/)
    expect(answers()).toEqual(['re: slow'])
    expect(sim.log.of('push').map(({ outcome }) => outcome)).toEqual(['accepted'])
  })
})
