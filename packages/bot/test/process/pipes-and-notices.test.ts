import { fileURLToPath } from 'node:url'

import { startSimulator, type LogEntry, type MessageEntry, type SocketSimulator } from '@qqkit/simulator'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { livesOf, type Life } from '../support/bot-process.js'

const SCRIPT = fileURLToPath(new URL('./quiet-bot.ts', import.meta.url))
const TYPING = 6

describe('a bot that is a process', { timeout: 60_000 }, () => {
  let sim: SocketSimulator
  let lives: Life[]
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  beforeEach(async () => {
    sim = await startSimulator({ page: false })
    lives = []
  })

  afterEach(async () => {
    for (const { child } of lives) child.kill('SIGKILL')
    await Promise.all(lives.map(async ({ ended }) => ended))
    await sim.close()
  })

  const live = async (...args: readonly string[]): Promise<Life> => {
    const connected = sim.log.next(
      (entry): entry is LogEntry => entry.kind === 'session' && entry.change === 'created',
    )
    const { appId, secret } = sim.credentials
    const life = start([appId, secret, sim.url, ...args])
    lives.push(life)
    const died = life.ended.then((how) => {
      throw new Error(`it ended (${how}) before it connected:\n${life.errors()}`)
    })
    await Promise.race([connected, died])
    return life
  }

  const said = async (content: string): Promise<MessageEntry> =>
    sim.log.next(
      (entry): entry is MessageEntry =>
        entry.kind === 'message' && entry.direction === 'out' && entry.content === content,
    )

  const noticed = async (): Promise<LogEntry> =>
    sim.log.next(
      (entry): entry is LogEntry => entry.kind === 'call' && entry.request.includes(`"msg_type":${TYPING}`),
    )

  const say = async (text: string): Promise<MessageEntry> => {
    const answer = said(`re: ${text}`)
    sim.user('ann').say(text)
    return answer
  }

  it('BT-30 keeps running when the reader of stdout or stderr is gone', async () => {
    const { child, ended, errors } = await live()
    sim.user('ann').say('fail')
    await say('one')
    expect(errors()).toMatch(/as told/)
    child.stdout?.destroy()
    child.stderr?.destroy()
    for (const text of ['two', 'three', 'four']) {
      sim.user('ann').say('fail')
      await say(text)
    }
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('ST-05 SIGTERM while a typing notice is due: the answer is sent, and the exit code is 0', async () => {
    const { child, ended } = await live('60000')
    const answer = said('re: slow')
    const begun = sim.log.next(
      (entry): entry is LogEntry => entry.kind === 'frame' && entry.t === 'C2C_MESSAGE_CREATE',
    )
    sim.user('ann').say('slow')
    await begun
    // It has begun once it can answer somebody else.
    const other = said('re: other')
    sim.user('bob').say('other')
    await other
    child.kill('SIGTERM')
    await answer
    expect(await ended).toBe(0)
    expect(sim.log.of('call').filter(({ request }) => request.includes(`"msg_type":${TYPING}`))).toEqual([])
  })

  it('ST-05 replies and exits 0 on SIGTERM while a typing notice hangs', async () => {
    const { child, ended } = await live('1')
    sim.faults.add({ on: 'call', match: { msgType: TYPING }, do: { kind: 'hang', when: 'after' } })
    const answer = said('re: slow')
    const notice = noticed()
    sim.user('ann').say('slow')
    const shown = sim.log.next(
      (entry): entry is MessageEntry => entry.kind === 'message' && entry.direction === 'out',
    )
    await Promise.race([notice, shown])
    child.kill('SIGTERM')
    await answer
    expect(await ended).toBe(0)
  })
})
