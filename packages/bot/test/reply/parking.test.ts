import { afterEach, describe, expect, it } from 'vitest'

import { Bot, type BotOptions, memoryParkStore, type ParkStore, type ReplyResult } from '../../src/index.js'
import { thrownBy } from '../support/catcher.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

const HOUR = 3_600_000

describe('a reply that cannot be delivered', () => {
  let stage: MemoryBot
  let results: ReplyResult[]
  let caught: unknown[]

  afterEach(async () => {
    await stage.close()
  })

  /** A bot that answers "late …" two hours after it was asked, and everything else at once. */
  const setUp = async (options: Partial<BotOptions> = {}): Promise<void> => {
    results = []
    caught = []
    stage = memoryBot({ handlerTimeout: 24 * HOUR, maxTextLength: 100, ...options })
    const { bot, clock, settle } = stage
    bot.catch((error) => caught.push(error))
    bot.on('raw', async (ctx) => {
      if (ctx.event !== 'message') return
      if (ctx.text.startsWith('late'))
        await new Promise<void>((resolve) => void clock.setTimer(2 * HOUR, resolve))
      results.push(await ctx.reply(`re: ${ctx.text}`))
    })
    void bot.start()
    await settle(1000)
  }

  const seqs = (): readonly unknown[] =>
    stage.sim.log
      .of('message')
      .filter(({ direction }) => direction === 'out')
      .map(({ payload }) => (payload as { msg_seq?: number }).msg_seq)

  it('is an error by default, with both failures and advice', async () => {
    await setUp()
    stage.sim.user('ann').refuse()
    stage.sim.user('ann').say('late')
    await stage.settle(3 * HOUR)
    expect(caught).toMatchObject([
      {
        code: 'proactive_refused',
        delivered: 'no',
        cause: { errCode: 40034005 },
        advice: { en: expect.any(String) as string, zh: expect.any(String) as string },
      },
    ])
    expect(stage.said()).toEqual([])
  })

  it('waits with onUndeliverable "park", and goes out before the answer to the next message', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, clock, settle, said, records } = stage
    sim.user('ann').refuse()
    sim.user('ann').say('late')
    await settle(3 * HOUR)
    expect(results).toMatchObject([{ kind: 'parked', id: null, error: { code: 'proactive_refused' } }])
    expect(results[0]).toMatchObject({ expiresAt: expect.any(Number) as number })
    sim.user('bob').say('hi')
    await settle(1000)
    sim.user('ann').say('hello?')
    await settle(1000)
    expect(said()).toEqual(['c2c bob reply: re: hi', 'c2c ann reply: re: late', 'c2c ann reply: re: hello?'])
    expect(seqs()).toEqual([1, expect.toSatisfy((seq: number) => seq >= 10_000), 1])
    expect(caught).toEqual([])
    expect(records.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['bot.reply_parked', 'bot.parked_reply_sent']),
    )
    sim.user('ann').say('again')
    await settle(1000)
    expect(said()).toHaveLength(4)
    expect(clock.wall()).toBeLessThan((results[0] as { expiresAt: number }).expiresAt)
  })

  it('is sent with any next event of its place, in groups by any member', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, settle, said } = stage
    const room = sim.group('room')
    sim.user('ann').refuse()
    room.refuse()
    sim.user('ann').say('late')
    room.user('bob').say('late too')
    await settle(3 * HOUR)
    expect(results.map(({ kind }) => kind)).toEqual(['parked', 'parked'])
    sim.user('ann').allow()
    room.user('cat').say('hi')
    await settle(1000)
    expect(said()).toEqual([
      'c2c ann reply: re: late',
      'group room reply: re: late too',
      'group room reply: re: hi',
    ])
  })

  it('waits with all pieces that are left, in order, and leaves one answer for the handler', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, settle, said } = stage
    sim.user('ann').refuse()
    const text = Array.from({ length: 12 }, (_, n) => `late ${n} ${'z'.repeat(30)}`).join('\n')
    sim.user('ann').say(text)
    await settle(3 * HOUR)
    expect(results.map(({ kind }) => kind)).toEqual(['parked'])
    sim.user('ann').say('1')
    await settle(1000)
    sim.user('ann').say('2')
    await settle(1000)
    const words = said().map((line) => line.replace('c2c ann reply: ', ''))
    expect([words.indexOf('re: 1'), words.indexOf('re: 2')]).toEqual([3, words.length - 1])
    const pieces = words.filter((line) => line !== 're: 1' && line !== 're: 2')
    expect(pieces.join('\n')).toBe(`re: ${text}`)
  })

  it('leaves its store at every stop, so that another process can have it', async () => {
    const store = memoryParkStore()
    let closed = 0
    const watched: ParkStore = {
      put: async (place, reply) => store.put(place, reply),
      take: async (place) => store.take(place),
      close: async () => {
        closed += 1
        return []
      },
    }
    await setUp({ onUndeliverable: 'park', parking: { store: watched } })
    const stopped = stage.bot.stop()
    await stage.settle(1000)
    await stopped
    expect(closed).toBe(1)
  })

  it('BT-37 what ends with the process is told once at the stop, with advice', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, settle, records, bot } = stage
    for (const name of ['ann', 'bob']) {
      sim.user(name).refuse()
      sim.user(name).say('late')
    }
    await settle(3 * HOUR)
    expect(results).toMatchObject([{ kind: 'parked' }, { kind: 'parked' }])
    const told = () => records.filter(({ event }) => event === 'bot.parked_replies_end_with_process')
    expect(told()).toEqual([])
    const stopped = bot.stop()
    await settle(1000)
    await stopped
    expect(told()).toEqual([
      {
        level: 'warn',
        event: 'bot.parked_replies_end_with_process',
        message: 'parked replies that end with the process: 2',
        count: 2,
        advice: { en: expect.stringContaining('fileParkStore') as string, zh: expect.any(String) as string },
      },
    ])
  })

  it('BT-37 a bot that is started again in the same process still has what waits in memory', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, settle, said, bot } = stage
    sim.user('ann').refuse()
    sim.user('ann').say('late')
    await settle(3 * HOUR)
    const stopped = bot.stop()
    await settle(1000)
    await stopped
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    await settle(1000)
    expect(said()).toEqual(['c2c ann reply: re: late', 'c2c ann reply: re: hi'])
  })

  it('is given up when it has waited for too long', async () => {
    await setUp({ onUndeliverable: 'park', parking: { maxAge: HOUR, store: memoryParkStore() } })
    const { sim, settle, said, records } = stage
    sim.user('ann').refuse()
    sim.user('ann').say('late')
    await settle(4 * HOUR)
    sim.user('ann').say('hi')
    await settle(1000)
    expect(said()).toEqual(['c2c ann reply: re: hi'])
    expect(records).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'bot.parked_reply_given_up' }),
    )
  })

  it('is no longer parked when only the network is down, or the platform refuses its content', async () => {
    await setUp({ onUndeliverable: 'park' })
    const { sim, settle } = stage
    sim.faults.add({
      on: 'call',
      match: { route: 'c2c.send' },
      do: { kind: 'error', code: 40034006 },
      times: 'forever',
    })
    sim.user('ann').say('hi')
    await settle(1000)
    expect(caught).toMatchObject([{ errCode: 40034006 }])
    expect(results).toEqual([])
  })

  it('refuses options that nothing would use', () => {
    stage = memoryBot()
    const credentials = { appId: '1', secret: 'x' }
    expect(thrownBy(() => new Bot({ ...credentials, parking: {} }))).toMatchObject({
      path: 'parking',
      hint: expect.stringContaining("onUndeliverable: 'park'") as string,
    })
    const wrong = { ...credentials, onUndeliverable: 'keep' } as unknown as BotOptions
    expect(thrownBy(() => new Bot(wrong))).toMatchObject({ path: 'onUndeliverable' })
  })
})
