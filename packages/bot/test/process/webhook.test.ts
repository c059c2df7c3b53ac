import { describe, expect, it } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { processSuite } from '../support/process-suite.js'

describe('a bot over webhook that is a process', { timeout: 120_000 }, () => {
  // The docs do not tell the times of retries (§7.5): often enough to reach a process that has just started.
  const suite = processSuite(new URL('./webhook-bot.ts', import.meta.url), {
    pushRetries: Array.from({ length: 200 }, () => 500),
  })

  /** Starts a process, on the port of an earlier one if there was one; resolves when it listens. */
  const live = async (port = '0', ...hang: readonly string[]): Promise<Life & { readonly port: string }> => {
    const life = suite.start(port, ...hang)
    await life.until('port ')
    return { ...life, port: /port (\d+)/.exec(life.output())?.[1] ?? '' }
  }

  it('RS-05 a killed process loses no message and doubles no reply', async () => {
    const first = await live('0', 'hang')
    suite.sim.changeBot({ webhook: `http://127.0.0.1:${first.port}/` })
    suite.sim.user('ann').say('done')
    await first.until('sent done')
    suite.sim.user('bob').say('after')
    suite.sim.user('cat').say('before')
    await first.until('sent after')
    await first.until('begin before')
    first.child.kill('SIGKILL')
    await first.ended
    const second = await live(first.port)
    await second.until('sent before')
    await second.until('duplicate after')
    expect(second.output()).not.toContain('done')
    expect(suite.answers().toSorted()).toEqual(['re: after', 're: before', 're: done'])
    expect(suite.sim.oracle.doubledReplies()).toEqual([])
  })

  it('ST-05 SIGTERM: begun events are answered and acknowledged, and the exit code is 0', async () => {
    const { child, port, until, ended, output } = await live()
    suite.sim.changeBot({ webhook: `http://127.0.0.1:${port}/` })
    suite.sim.user('ann').say('slow')
    await until('begin slow')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output()).toMatch(/sent slow\nstopped\n$/)
    expect(suite.answers()).toEqual(['re: slow'])
    expect(suite.sim.log.of('push').map(({ outcome }) => outcome)).toEqual(['accepted'])
  })
})
