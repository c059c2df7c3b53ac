import { describe, expect, it } from 'vitest'

import type { Life } from '../support/bot-process.js'
import { processSuite } from '../support/process-suite.js'

describe('a bot that parks, as a process', { timeout: 120_000 }, () => {
  // One process starts right after the other: without the platform's pace of sessions here (§3.1).
  const suite = processSuite(new URL('./parking-bot.ts', import.meta.url), {
    sessionStarts: { maxConcurrency: 10 },
  })

  /** Starts a process; resolves when it is connected. */
  const live = async (): Promise<Life> => {
    const connected = suite.seen((entry) => entry.kind === 'session' && entry.change === 'created')
    const life = suite.start(suite.fileOf('parked.json'))
    await connected
    return life
  }

  const kill = async ({ child, ended }: Life): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }

  /** One reply comes too late, and proactive messages are refused. */
  const parkOne = async (): Promise<Life> => {
    const first = await live()
    suite.sim.user('ann').refuse()
    suite.sim.faults.add({
      on: 'call',
      match: { route: 'c2c.send', passive: true },
      do: { kind: 'error', code: 40034005 },
    })
    suite.sim.user('ann').say('late')
    await first.until('parked late')
    return first
  }

  it('BT-11 a parked reply outlives its process, and is sent once', async () => {
    await kill(await parkOne())
    const second = await live()
    suite.sim.user('ann').say('hello')
    await second.until('sent hello')
    suite.sim.user('ann').say('again')
    await second.until('sent again')
    expect(suite.answers()).toEqual(['re: late', 're: hello', 're: again'])
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })

  it('BT-11 a parked reply is not sent again after a crash that took the confirmation', async () => {
    const first = await parkOne()
    suite.sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'hang', when: 'after' } })
    const arrived = suite.seen((entry) => entry.kind === 'message' && entry.content === 're: late')
    suite.sim.user('ann').say('hello')
    await arrived
    await kill(first)
    const second = await live()
    suite.sim.user('ann').say('again')
    await second.until('sent again')
    expect(suite.answers()).toEqual(['re: late', 're: again'])
    expect(suite.sim.oracle.doubledReplies()).toEqual([])
  })
})
