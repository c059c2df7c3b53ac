import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { startSimulator, type LogEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'

const SCRIPT = fileURLToPath(new URL('./parking-bot.ts', import.meta.url))

describe('a bot that parks, as a process', { timeout: 120_000 }, () => {
  let sim: SocketSimulator
  let directory: string
  let lives: Life[]
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  beforeEach(async () => {
    // One process comes right after the other: nobody has to wait for the pace of sessions here (§3.1).
    sim = await startSimulator({ page: false, sessionStarts: { maxConcurrency: 10 } })
    directory = await mkdtemp(path.join(tmpdir(), 'qqkit-park-'))
    lives = []
  })

  afterEach(async () => {
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await sim.close()
    await rm(directory, { recursive: true, force: true })
  })

  const seen = async (fits: (entry: LogEntry) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const unsubscribe = sim.subscribe((entry) => {
        if (!fits(entry)) return
        unsubscribe()
        resolve()
      })
    })

  /** Starts a process; resolves when it is connected. */
  const live = async (): Promise<Life> => {
    const { appId, secret } = sim.credentials
    const connected = seen((entry) => entry.kind === 'session' && entry.change === 'created')
    const life = start([appId, secret, sim.url, path.join(directory, 'parked.json')])
    lives.push(life)
    await connected
    return life
  }

  const kill = async ({ child, ended }: Life): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }

  const answers = (): readonly string[] =>
    sim.log
      .of('message')
      .filter(({ direction }) => direction === 'out')
      .map(({ content }) => content)

  /** Lets one answer be too late, and proactive messages be unwelcome. */
  const parkOne = async (): Promise<Life> => {
    const first = await live()
    sim.user('ann').refuse()
    sim.faults.add({
      on: 'call',
      match: { route: 'c2c.send', passive: true },
      do: { kind: 'error', code: 40034005 },
    })
    sim.user('ann').say('late')
    await first.until('parked late')
    return first
  }

  it('BT-11 lets a parked reply outlive its process, and sends it once', async () => {
    await kill(await parkOne())
    const second = await live()
    sim.user('ann').say('hello')
    await second.until('sent hello')
    sim.user('ann').say('again')
    await second.until('sent again')
    expect(answers()).toEqual(['re: late', 're: hello', 're: again'])
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })

  it('BT-11 does not send it again after a crash that took the confirmation', async () => {
    const first = await parkOne()
    sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'hang', when: 'after' } })
    const arrived = seen((entry) => entry.kind === 'message' && entry.content === 're: late')
    sim.user('ann').say('hello')
    await arrived
    await kill(first)
    const second = await live()
    sim.user('ann').say('again')
    await second.until('sent again')
    expect(answers()).toEqual(['re: late', 're: again'])
    expect(sim.oracle.doubledReplies()).toEqual([])
  })
})
