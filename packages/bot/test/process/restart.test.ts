import { readFile } from 'node:fs/promises'

import { describe, expect, it, vi } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { processSuite } from '../support/process-suite.js'

describe('a bot that is a process', { timeout: 120_000 }, () => {
  const suite = processSuite(new URL('./restarting-bot.ts', import.meta.url))

  const live = (...hang: readonly string[]): Life => suite.start(suite.fileOf('session.json'), ...hang)

  const session = async (): Promise<void> =>
    suite.seen(
      (entry) => entry.kind === 'session' && (entry.change === 'created' || entry.change === 'resumed'),
    )

  /** Resolves when the store knows that everything up to `seq` is finished. */
  const stored = async (seq: number): Promise<void> => {
    await vi.waitFor(async () => {
      const text = await readFile(suite.fileOf('session.json'), 'utf8')
      if (Number(/"committed":\s*(\d+)/.exec(text)?.[1] ?? 0) < seq)
        throw new Error(`not stored yet: ${text}`)
    }, 20_000)
  }

  it('ST-05 SIGTERM: begun events are answered, the exit code is 0, and the next process resumes', async () => {
    const ready = session()
    const first = live()
    await ready
    suite.sim.user('ann').say('slow')
    await first.until('begin slow')
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.output()).toMatch(/sent slow\n.*stopped\n/s)
    suite.sim.user('ann').say('while away')
    const second = live()
    await second.until('sent while away')
    expect(suite.answers()).toEqual(['re: slow', 're: while away'])
    expect(suite.sim.log.of('session').filter(({ change }) => change === 'created')).toHaveLength(1)
  })

  it('GW-17 RS-05 a killed process loses no message and doubles no reply', async () => {
    const ready = session()
    const first = live('hang')
    await ready
    suite.sim.user('ann').say('done')
    await first.until('sent done')
    await stored(2)
    suite.sim.user('ann').say('after')
    suite.sim.user('bob').say('before')
    await first.until('sent after')
    await first.until('begin before')
    first.child.kill('SIGKILL')
    await first.ended
    const second = live()
    await second.until('sent before')
    await second.until('duplicate after')
    expect(second.output()).not.toContain('done')
    expect(suite.answers().toSorted()).toEqual(['re: after', 're: before', 're: done'])
    expect(suite.sim.oracle.doubledReplies()).toEqual([])
  })

  it('GW-17 refuses a second process on the same store, with advice, and leaves the first alone', async () => {
    const ready = session()
    const first = live()
    await ready
    const second = live()
    expect(await second.ended).toBe(1)
    expect(second.errors()).toMatch(/qqkit error: the bot has stopped for good: .* in use by process \d+/)
    expect(second.errors()).toMatch(/Stop the other bot first/)
    suite.sim.user('ann').say('still there?')
    await first.until('sent still there?')
  })
})
