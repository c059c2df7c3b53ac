import { afterEach, describe, expect, it } from 'vitest'

import { Bot } from '../../src/index.js'
import { thrownBy } from '../support/catcher.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'
import { pushOf } from '../support/push.js'

const ADDRESS = 'http://bot.invalid/qq'

describe('a bot over webhook', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  /** Lets the platform push instead of using the gateway, as a switch in the console does (§7.1). */
  const switchToWebhook = ({ sim, bot }: MemoryBot): void => {
    sim.listen(ADDRESS, async (request) => bot.webhook.fetch(request))
    sim.changeBot({ webhook: ADDRESS })
  }

  const outcomes = ({ sim }: MemoryBot): readonly string[] =>
    sim.log.of('push').map(({ outcome, status }) => `${outcome} ${status}`)

  it('answers in all four scenes with the code that it has for the gateway', async () => {
    stage = memoryBot({ source: 'webhook' })
    const { bot, sim, said, settle } = stage
    bot.on('message', async (ctx) => ctx.reply(`you said ${ctx.text}`))
    switchToWebhook(stage)
    void bot.start()
    expect(bot.status()).toMatchObject({ state: 'ready', sources: [{ state: 'ready' }] })
    sim.validateWebhook()
    sim.user('ann').say('1')
    sim.group('room').user('bob').say('2')
    sim.channel('general').user('cat').say('3')
    sim.dm('dan').say('4')
    await settle(1000)
    expect(said()).toEqual([
      'c2c ann reply: you said 1',
      'group room reply: you said 2',
      'channel general reply: you said 3',
      'dm dan reply: you said 4',
    ])
    expect(outcomes(stage)).toEqual(Array.from({ length: 5 }, () => 'accepted 200'))
    expect(sim.log.of('session')).toEqual([])
  })

  it('BT-04 handles an event once that comes over the gateway, again after a resume, and over the webhook', async () => {
    stage = memoryBot({ source: ['gateway', 'webhook'] })
    const { bot, sim, clock, said, settle } = stage
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const handled: string[] = []
    bot.on('raw', (ctx) => void handled.push(ctx.name))
    bot.on('message', async (ctx) => {
      await gate
      await ctx.reply(`re: ${ctx.text}`)
    })
    bot.on('interaction', () => {})
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    sim.user('ann').befriend()
    await settle(100)
    const frames = sim.log
      .of('frame')
      .map(({ text }) => JSON.parse(text) as { t?: string; s?: number; id?: string })
      .filter(({ t }) => t === 'C2C_MESSAGE_CREATE' || t === 'FRIEND_ADD')
      .map(({ s: _seq, ...frame }) => frame)
    expect(frames).toHaveLength(2)
    const pushAll = async (): Promise<readonly number[]> =>
      Promise.all(
        frames.map(async (frame) => {
          const { status } = await bot.webhook.fetch(pushOf(frame, sim.credentials, clock.wall()))
          return status
        }),
      )
    const whileHandled = pushAll()
    await settle(0)
    sim.faults.dropConnections()
    await settle(3000)
    open()
    expect(await whileHandled).toEqual([200, 200])
    expect(await pushAll()).toEqual([200, 200])
    sim.faults.dropConnections()
    await settle(3000)
    expect(handled.filter((name) => name !== 'READY' && name !== 'RESUMED')).toEqual([
      'C2C_MESSAGE_CREATE',
      'FRIEND_ADD',
    ])
    expect(said()).toEqual(['c2c ann reply: re: hi'])
  })

  it('BT-04 handles a push once that is doubled, or repeated because the handler was slow', async () => {
    stage = memoryBot({ source: 'webhook' })
    const { bot, sim, clock, said, settle } = stage
    bot.on('message', async (ctx) => {
      if (ctx.text === 'slow') await new Promise<void>((resolve) => void clock.setTimer(9000, resolve))
      await ctx.reply(`re: ${ctx.text}`)
    })
    switchToWebhook(stage)
    void bot.start()
    sim.faults.add({ on: 'push', do: { kind: 'duplicate' } })
    sim.user('ann').say('twice')
    await settle(1000)
    sim.user('ann').say('slow')
    await settle(60_000)
    expect(said()).toEqual(['c2c ann reply: re: twice', 'c2c ann reply: re: slow'])
    expect(outcomes(stage)).toEqual(['accepted 200', 'refused 503', 'accepted 200'])
  })

  it('BT-04 a push whose handler failed is not handled again: its replies would be sent twice', async () => {
    stage = memoryBot({ source: 'webhook' })
    const { bot, sim, said, settle } = stage
    const caught: unknown[] = []
    bot.catch((error) => caught.push((error as Error).message))
    bot.on('message', async (ctx) => {
      await ctx.reply('one moment')
      throw new Error('bang')
    })
    switchToWebhook(stage)
    void bot.start()
    sim.user('ann').say('hi')
    await settle(60_000)
    expect(said()).toEqual(['c2c ann reply: one moment'])
    expect(caught).toEqual(['bang'])
    expect(outcomes(stage)).toEqual(['refused 503', 'accepted 200'])
  })

  it('ST-04 a bot takes pushes after a stop and a start, including those left over', async () => {
    stage = memoryBot({ source: 'webhook', stopTimeout: 1000 })
    const { bot, sim, said, settle } = stage
    let lives = 0
    bot.on('message', async (ctx) => {
      if (lives === 1) await new Promise(() => {})
      await ctx.reply(`re: ${ctx.text} ${String(ctx.replayed)}`)
    })
    bot.catch(() => {})
    switchToWebhook(stage)
    await settle(10_000)
    lives += 1
    void bot.start()
    sim.user('ann').say('left')
    await settle(100)
    const stopped = bot.stop()
    await settle(1000)
    await stopped
    sim.user('ann').say('meanwhile')
    await settle(100)
    expect(outcomes(stage)).toEqual(['refused 503', 'refused 503'])
    lives += 1
    void bot.start()
    await settle(60_000)
    expect(said()).toEqual(['c2c ann reply: re: left true', 'c2c ann reply: re: meanwhile false'])
  })

  it('refuses to hand out a webhook that it does not have', () => {
    stage = memoryBot()
    expect(thrownBy(() => stage.bot.webhook)).toMatchObject({ code: 'no_webhook' })
    expect(() => new Bot({ appId: '1', secret: 'x', webhook: { ack: 'early' } })).toThrow(/source: 'webhook'/)
  })
})
