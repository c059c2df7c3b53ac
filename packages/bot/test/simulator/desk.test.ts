import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator } from '@qqkit/simulator'
import { type Desk, type DeskBotOptions, type DeskOptions, startDesk } from '@qqkit/simulator/testing'
import { deskMatchers, type DeskMatchers } from '@qqkit/simulator/testing/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { Bot } from '../../src/index.js'
import { createBot } from '../support/tea-bot.js'

declare module 'vitest' {
  interface Matchers<T> extends DeskMatchers<T> {}
}

expect.extend(deskMatchers)

let desk: Desk | null = null
afterEach(async () => {
  await desk?.close()
  desk = null
})

const deskOf = async (
  options: DeskOptions = {},
  make: (options: DeskBotOptions) => Bot = createBot,
): Promise<Desk> => (desk = await startDesk(make, options))

const failureOf = async (act: () => unknown): Promise<string> => {
  try {
    await act()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('nothing failed')
}

describe.each<readonly [string, DeskOptions]>([
  ['over sockets', {}],
  ['in memory', { memory: true }],
  ['in memory on a manual clock', { clock: new ManualClock() }],
])('a desk %s', (_how, options) => {
  it('SM-19 waits until the bot is connected, and compares the answers in all scenes', async () => {
    const { sim, user, group, channel, dm } = bound(await deskOf(options))
    expect(sim.log.of('session')).toMatchObject([{ change: 'created' }])
    await user('ann').say('/ping').expect('pong')
    await group('room')
      .user('bob')
      .say('/ping')
      .expect(/^pong$/)
    await channel('general').user('cat').say('/ping').expect({ content: 'pong', proactive: false })
    await dm('dan')
      .say('/ping')
      .expect(({ content }) => content === 'pong')
  })

  it('SM-19 buttons, pictures, streams, typing, several replies, silence', async () => {
    const ann = (await deskOf({ ...options, platform: { limits: false } })).user('ann')
    await ann.say('/tea').expect({ content: /tea/, buttons: ['Yes'], markdown: true })
    const pressed = ann.press('Yes')
    await pressed.expectAck()
    await pressed.expect('Here is your tea.')
    await ann.say('/picture').expect({ media: 'image' })
    const { growth } = await ann.say('/story').expect({ content: 'Once upon a time', streamed: true })
    expect(growth.length).toBeGreaterThan(0)
    const typed = ann.say('/typing')
    await typed.expectTyping()
    await typed.expect('typed')
    const three = await ann.say('/three').expectReplies(3)
    expect(three.map(({ content }) => content)).toEqual(['1', '2', '3'])
    await ann.say('quiet').expectNothing()
    await ann.befriend().expect('Welcome!')
    ann.say('/news')
    await ann.expect({ content: 'news', proactive: true })
    await ann.expectNothing({ within: 20 })
  })

  it('SM-19 a message that no bot will ever receive fails at once, with advice', async () => {
    const opened = await deskOf(options, (given) => new Bot(given).on('FRIEND_ADD', () => {}))
    opened.sim.changeBot({ intents: 0 })
    expect(() => opened.user('ann').say('hi')).toThrow(
      expect.objectContaining({
        code: 'unheard',
        message: expect.stringContaining('C2C_MESSAGE_CREATE was published to no session') as string,
        advice: { en: expect.stringContaining('intents') as string, zh: expect.anything() as string },
      }) as Error,
    )
    expect(() => opened.group('room').user('bob').say('hi', { at: false })).toThrow('to no bot')
  })

  it('SM-19 a webhook bot is served without a line of its own', async () => {
    const ann = (await deskOf(options, (given) => createBot({ ...given, source: 'webhook' }))).user('ann')
    await ann.say('/ping').expect('pong')
  })

  it('SM-19 a bot that cannot connect fails the start with its error, or with the reason', async () => {
    const wrong = deskOf(options, (given) => createBot({ ...given, secret: 'another-secret-0001' }))
    await expect(wrong).rejects.toMatchObject({
      advice: { en: expect.stringContaining('AppSecret') as string },
    })
    const none = deskOf(options, (given) => new Bot(given))
    await expect(none).rejects.toMatchObject({ code: 'no_handlers' })
  })
})

/** Methods without their object, for short tests. */
const bound = (opened: Desk) => ({
  sim: opened.sim,
  user: opened.user.bind(opened),
  group: opened.group.bind(opened),
  channel: opened.channel.bind(opened),
  dm: opened.dm.bind(opened),
})

describe('a desk', () => {
  it('SM-19 on a manual clock lets simulated time pass in expectations, and a night in a second', async () => {
    const slow = (options: DeskBotOptions): Bot => {
      const bot = new Bot(options)
      bot.command('slow', async (ctx) => {
        await new Promise<void>((resolve) => void options.clock?.setTimer(6 * 60_000, resolve))
        await ctx.reply('42')
      })
      return bot
    }
    const opened = await deskOf({ clock: new ManualClock() }, slow)
    const asked = opened.user('ann').say('/slow')
    await opened.advance(5 * 60_000)
    await asked.expect('42', { timeout: 2 * 60_000 })
    opened.play('thirty-minute-cut')
    await opened.advance(8 * 3_600_000)
    expect(opened.sim.oracle.count('resume')).toBe(4)
  })

  it('SM-19 takes a bot that was made for a simulator of the test, and leaves that one open', async () => {
    const sim = createMemorySimulator()
    const bot = createBot({ ...sim.botOptions(), log: false })
    const opened = await startDesk(bot, { simulator: sim })
    await opened.user('ann').say('/ping').expect('pong')
    await opened.close()
    expect(bot.status().state).toBe('stopped')
    expect(() => sim.user('ann').say('hi')).not.toThrow()
    await sim.close()
    await expect(startDesk(bot)).rejects.toThrow('startDesk((options) => new Bot(')
    await expect(async () => (await deskOf()).advance(1)).rejects.toThrow('new ManualClock()')
  })

  it('SM-19 takes a bot without ready(): it waits for its session', async () => {
    const sim = await startSimulator({ page: false })
    const bot = createBot({ ...sim.botOptions(), log: false })
    const opened = await startDesk(
      { start: () => void bot.start(), stop: async () => bot.stop() },
      { simulator: sim },
    )
    await opened.user('ann').say('/ping').expect('pong')
    await opened.close()
    const idle = startDesk({ start: () => {}, stop: () => {} }, { simulator: sim, timeout: 50 })
    await expect(idle).rejects.toMatchObject({ code: 'not_connected' })
    await sim.close()
  })

  it('SM-19 has matchers for vitest', async () => {
    const ann = (await deskOf({ clock: new ManualClock(), quiet: 50 })).user('ann')
    await expect(ann.say('/ping')).toBeAnsweredWith('pong')
    await expect(ann.say('quiet')).toStayUnanswered()
    await expect(ann.say('/ping')).not.toBeAnsweredWith('ping')
    await expect(ann.say('/ping')).not.toStayUnanswered()
    expect(await failureOf(async () => expect(ann.say('/ping')).toBeAnsweredWith('tea'))).toContain(
      'the conversation:',
    )
    expect(await failureOf(async () => expect(ann.say('/ping')).not.toBeAnsweredWith('pong'))).toContain(
      'another answer than "pong"',
    )
  })

  it.each([
    ['over sockets', async () => startSimulator({ page: false })],
    ['in memory', async () => createMemorySimulator()],
  ])(
    'SM-19 several desks of one simulator, %s, have a bot each, also one after the other',
    async (_how, make) => {
      const sim = await make()
      const overWebhook = (options: DeskBotOptions): Bot => createBot({ ...options, source: 'webhook' })
      const all = await Promise.all(
        [createBot, overWebhook, overWebhook].map((one) => startDesk(one, { simulator: sim })),
      )
      expect(new Set(all.map(({ credentials }) => credentials.appId)).size).toBe(3)
      await Promise.all(all.map(async (one) => one.user('ann').say('/ping').expect('pong')))
      all[1]?.fault('openid-foreign')
      await all[0]?.user('ann').say('/ping').expect('pong')
      expect(sim.faults.armed()).toMatchObject([{ spec: { match: { bot: all[1]?.credentials.appId } } }])
      sim.faults.clear()
      await Promise.all(all.map(async (one) => one.close()))
      const next = await startDesk(createBot, { simulator: sim })
      await next.user('ann').say('/ping').expect('pong')
      const made = createBot({ ...sim.botOptions(next.credentials), log: false })
      await expect(startDesk(made, { simulator: sim, credentials: next.credentials })).rejects.toMatchObject({
        code: 'taken',
        advice: { en: expect.stringContaining('startDesk(createBot, { simulator })') as string },
      })
      await next.close()
      await sim.close()
    },
  )

  it('SM-19 a failure shows the conversation, the calls, thrown errors and events that no handler took', async () => {
    const opened = await deskOf({ clock: new ManualClock(), timeout: 300 })
    const ann = opened.user('ann')
    await ann.say('/ping').expect('pong')
    const broken = await failureOf(async () => ann.say('/broken').expect('tea'))
    expect(broken).toMatch(/^ann: \/broken: expected "tea", but no message came within 300 ms\n/)
    expect(broken).toMatch(/the conversation:\n {2}ann: \/ping\n {2}\S+: pong\n {2}ann: \/broken\n/)
    expect(broken).toMatch(/calls of the bot:\n {2}none\n/)
    expect(broken).toMatch(/errors in the bot:\n.*RangeError: the kettle is empty at .*tea-bot\.ts/)
    expect(broken.split('\n').length).toBeLessThan(15)
    expect(await failureOf(async () => ann.say('what?').expect('tea'))).toContain(
      'events that no handler took:\n  no handler took C2C_MESSAGE_CREATE',
    )
    opened.fault('openid-foreign')
    const refused = await failureOf(async () => ann.say('/ping').expect('pong'))
    expect(refused).toMatch(/POST \/v2\/users\/\w+\/messages → 500 .*11255/)
    expect(refused).toMatch(/errors in the bot:\n.*RestError/)
    expect(await failureOf(async () => ann.say('/ping').expect('ping'))).toContain(
      'expected "ping", received "pong"',
    )
    expect(await failureOf(async () => ann.say('/three').expectReplies(2))).toContain(
      'expected 2 messages, received 3',
    )
    expect(await failureOf(async () => ann.say('/three').expectReplies(4))).toContain(
      'only 3 came within 300 ms',
    )
    expect(await failureOf(async () => ann.say('/ping').expectNothing())).toContain(
      'expected no message, received "pong"',
    )
    expect(await failureOf(async () => ann.say('/ping').expectAck())).toContain('nothing was pressed')
  })

  it('SM-19 a failure names the faults that struck, and only what came since people last spoke', async () => {
    const opened = await deskOf({ clock: new ManualClock() })
    const ann = opened.user('ann')
    await failureOf(async () => ann.say('/broken').expect('tea'))
    expect([opened.fault('openid-foreign'), opened.fault('openid-foreign')]).toEqual([
      'openid-foreign',
      'openid-foreign-2',
    ])
    const refused = await failureOf(async () => ann.say('/ping').expect('tea'))
    expect(refused).toMatch(/faults that struck:\n {2}openid-foreign: c2c\.send ann\n/)
    opened.sim.faults.clear()
    await ann.say('/tea').expect()
    const later = await failureOf(async () => ann.expect('more'))
    expect(later).not.toMatch(/errors in the bot|faults that struck/)
    expect(() => ann.press('No')).toThrow('there is no button "No" in c2c ann; there are: Yes')
    expect(() => opened.user('bob').press('No')).toThrow('the bot has sent no buttons')
  })

  it('SM-19 a wrong reply is reported when its handler has ended', async () => {
    const opened = await deskOf({ memory: true })
    const wrong = await failureOf(async () => opened.user('ann').say('/ping').expect('tea'))
    expect(wrong).toContain('received "pong"')
    expect(wrong).not.toContain('handlers that still run')
  })

  it('SM-28 expectations and the bot keep to real time where a test replaces the global timers', async () => {
    const opened = await deskOf()
    vi.useFakeTimers()
    try {
      const silent = await failureOf(async () =>
        opened.user('ann').say('quiet').expect('pong', { timeout: 200 }),
      )
      expect(silent).toMatch(/within 200 ms\nthe timers of this process are fake.*new ManualClock\(\)/)
    } finally {
      vi.useRealTimers()
    }
    await opened.user('ann').say('/ping').expect('pong')
  })

  it('SM-28 is disposed of by `await using`', async () => {
    const opened = await deskOf({ memory: true })
    await opened[Symbol.asyncDispose]()
    expect(opened.bot.status?.()).toMatchObject({ state: 'stopped' })
  })
})
