import { Intent } from '@qqkit/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import { scene } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

describe('a bot on the platform', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  const tea = {
    markdown: { content: 'Tea?' },
    keyboard: {
      content: {
        rows: [
          {
            buttons: [
              {
                id: 'yes',
                render_data: { label: 'Yes' },
                action: { type: 1 as const, data: 'tea', permission: { type: 2 as const } },
              },
            ],
          },
        ],
      },
    },
  }

  it('answers the same way in all four scenes', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    bot.command('ping', async (ctx) => ctx.reply(`pong to ${ctx.scene}`))
    bot.on('message', async (ctx) => ctx.reply(`you said ${ctx.text}`))
    void bot.start()
    await settle(1000)
    expect(bot.status().state).toBe('ready')
    sim.user('ann').say('/ping')
    sim.group('room').user('bob').say('/ping')
    sim.channel('general').user('cat').say('hi')
    sim.dm('dan').say('hello')
    await settle(1000)
    expect(said()).toEqual([
      'c2c ann reply: pong to c2c',
      'group room reply: pong to group',
      'channel general reply: you said hi',
      'dm dan reply: you said hello',
    ])
  })

  it('BT-01 a click is acknowledged, and answered by its event', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    bot.command('tea', async (ctx) => ctx.reply(tea))
    bot.on('interaction', async (ctx) => ctx.reply(`here is your ${ctx.data}`))
    void bot.start()
    await settle(1000)
    for (const person of [sim.user('ann'), sim.group('room').user('bob')]) {
      person.say('/tea')
      await settle(500)
      person.press('yes')
      await settle(500)
    }
    expect(said().filter((line) => line.includes('here'))).toEqual([
      'c2c ann reply: here is your tea',
      'group room reply: here is your tea',
    ])
    expect(sim.log.of('interaction').map(({ code }) => code)).toEqual([0, 0])
  })

  it('recalls its messages and those of group members, reacts in channels, and shows typing', async () => {
    stage = memoryBot()
    const { bot, sim, settle } = stage
    bot.on('message', async (ctx) => {
      await ctx.typing()
      const sent = await ctx.reply('oops')
      await ctx.recall(sent)
      if (ctx.scene === 'group') await ctx.recall(ctx.message)
      if (ctx.scene === 'channel') {
        await ctx.react('👍')
        await ctx.unreact('👍')
      }
    })
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    await settle(500)
    sim.group('room').setBotRole('admin')
    sim.group('room').user('bob').say('spam')
    await settle(500)
    sim.channel('general').user('cat').say('hi')
    await settle(500)
    const calls = sim.log
      .of('call')
      .filter(({ path }) => !path.includes('gateway') && !path.includes('app/'))
      .map(({ route, status }) => `${route} ${status}`)
    expect(calls).toEqual([
      'c2c.send 200',
      'c2c.send 200',
      'c2c.recall 200',
      'group.send 200',
      'group.recall 200',
      'group.recall 200',
      'channel.send 200',
      'channel.recall 200',
      'channel.react 204',
      'channel.unreact 204',
    ])
    expect(bot.status()).toMatchObject({ failed: 0 })
  })

  it('offers every other call, with the client of its present life', async () => {
    stage = memoryBot()
    const { bot, settle } = stage
    bot.on('message', () => {})
    void bot.start()
    await settle(1000)
    const me = bot.api.me.get()
    await settle(100)
    expect(await me).toMatchObject({ username: 'simulated-bot' })
    const before = bot.rest
    await bot.stop()
    expect(bot.rest).not.toBe(before)
  })

  it('BT-05 a late reply arrives as a proactive message, as the budget shows beforehand', async () => {
    stage = memoryBot({ handlerTimeout: 24 * 3_600_000 })
    const { bot, clock, sim, said, settle } = stage
    const budgets: unknown[] = []
    const kinds: unknown[] = []
    bot.on('message', async (ctx) => {
      budgets.push(ctx.replyBudget)
      await ctx.reply('wait…')
      await new Promise<void>((resolve) => void clock.setTimer(3_602_000, resolve))
      budgets.push(ctx.replyBudget)
      const { kind, mode } = await ctx.reply('done')
      kinds.push([kind, mode])
    })
    void bot.start()
    await settle(1000)
    sim.user('ann').say('think')
    await settle(3_700_000)
    expect(said()).toEqual(['c2c ann reply: wait…', 'c2c ann proactive: done'])
    expect(kinds).toEqual([['sent', 'proactive']])
    expect(budgets).toEqual([
      { remaining: 4, expiresIn: expect.any(Number) as number, open: true },
      { remaining: 3, expiresIn: 0, open: false },
    ])
  })

  it('BT-04 handles an event once that comes twice, or again after a resume', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    bot.on('message', async (ctx) => ctx.reply(ctx.text))
    void bot.start()
    await settle(1000)
    sim.user('ann').say('once', { copies: 3 })
    await settle(500)
    sim.faults.dropConnections()
    sim.user('ann').say('while away')
    await settle(10_000)
    expect(said()).toEqual(['c2c ann reply: once', 'c2c ann reply: while away'])
    expect(sim.log.of('session').map(({ change }) => change)).toContain('resumed')
  })

  it('BT-08 sends on its own initiative, and escapes text for guilds only', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    bot.on('message', scene('channel'), async (ctx) => {
      await ctx.send('<1> & 2')
      await bot.send({ scene: 'c2c', id: sim.user('ann').id }, '<1> & 2')
    })
    void bot.start()
    await settle(1000)
    sim.channel('general').user('cat').say('go')
    await settle(1000)
    expect(said().map((line) => line.split(':')[0])).toEqual([
      'channel general proactive',
      'c2c ann proactive',
    ])
    const bodies = sim.log
      .of('call')
      .filter(({ method }) => method === 'POST')
      .map(({ request }) => request)
    expect(bodies.filter((body) => body.includes('&lt;1&gt; &amp; 2'))).toHaveLength(1)
    expect(bodies.filter((body) => body.includes('<1> & 2'))).toHaveLength(1)
  })

  it('BT-07 proactive messages are split too', async () => {
    stage = memoryBot({ maxTextLength: 100 })
    const { bot, sim, said, settle } = stage
    const ann = sim.user('ann')
    ann.befriend()
    const sent = bot.send({ scene: 'c2c', id: ann.id }, 'word '.repeat(30))
    await settle(2000)
    await sent
    expect(said()).toHaveLength(2)
  })

  it('BT-10 asks the platform for no more than the handlers need', async () => {
    stage = memoryBot()
    const { bot, sim, settle, records } = stage
    bot.on('message', scene('c2c', 'group'), () => {})
    bot.on('GROUP_MEMBER_ADD', () => {})
    void bot.start()
    await settle(1000)
    expect(sim.log.of('session').at(-1)?.intents).toBe(1 << 25)
    expect(records).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        event: 'bot.intent_missing',
        message: expect.stringContaining('GROUP_MEMBER_EVENT') as string,
      }),
    )
  })

  it('BT-10 a bot whose intents are refused stops with their names', async () => {
    stage = memoryBot(
      { intents: ['GUILD_MESSAGES', 'INTERACTION'] },
      { bot: { intents: Intent.INTERACTION }, live: { refusedIntents: 'close_4014' } },
    )
    const { bot, settle } = stage
    let reason: unknown
    bot.start().catch((error: unknown) => {
      reason = error
    })
    await settle(60_000)
    expect(reason).toMatchObject({
      code: 'intents_refused',
      message: expect.stringMatching(/GUILD_MESSAGES \(needs a permission\), INTERACTION/) as string,
    })
    expect(bot.status().state).toBe('stopped')
  })

  it('ST-02 a bot that waits for an unanswered call stops at once', async () => {
    stage = memoryBot()
    const { bot, sim, clock, settle } = stage
    sim.faults.add({ on: 'call', do: { kind: 'answer', status: 500 }, times: 'forever' })
    bot.on('message', () => {})
    let ended = false
    void bot.start().then(() => {
      ended = true
    })
    await settle(20_000)
    const calls = sim.log.of('call').length
    void bot.stop()
    await clock.settle()
    await clock.settle()
    expect(ended).toBe(true)
    await settle(120_000)
    expect(sim.log.of('call')).toHaveLength(calls)
  })
})
