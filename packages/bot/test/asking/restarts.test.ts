/** Questions over a stop, and answers that come twice. */
import { memorySessionStore } from '@qqkit/gateway'
import { afterEach, describe, expect, it } from 'vitest'

import { asking } from '../../src/asking/index.js'
import type { Bot, BotOptions } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'
import { pushOf } from '../support/push.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

const register = (bot: Bot): void => {
  const chat = bot.use(asking())
  chat.command('weather', async (ctx) => {
    const city = await ctx.ask('Which city?')
    const { choice, event } = await city.choose('Today?', ['yes', 'no'])
    await ctx.reply(`${city.text}: ${choice} by ${event}`)
  })
  chat.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
}

const start = async (options: Partial<BotOptions> = {}): Promise<MemoryBot> => {
  stage = memoryBot(options)
  register(stage.bot)
  void stage.bot.start()
  await stage.settle(1000)
  return stage
}

const restart = async (during: () => void = () => {}): Promise<void> => {
  const { bot, settle } = stage
  const stopped = bot.stop()
  // The gateway waits for events that are not finished.
  await settle(2000)
  await stopped
  during()
  void bot.start()
  await settle(10_000)
}

const durable = (): Partial<BotOptions> => ({ store: Object.assign(memorySessionStore(), { durable: true }) })

describe('AS-09 a restart', () => {
  it('asks again under the same number: each question is shown once, and answers count before and after it', async () => {
    const { sim, said, settle, records } = await start(durable())
    sim.user('ann').say('/weather')
    await settle(500)
    await restart()
    sim.user('ann').say('Beijing')
    await settle(1000)
    await restart()
    sim.user('ann').say('yes')
    await settle(1000)
    expect(said()).toEqual([
      'c2c ann reply: Which city?',
      'c2c ann reply: Today?',
      'c2c ann reply: Beijing: yes by message',
    ])
    expect(records.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('finds an answer that came while no process ran, a click too', async () => {
    const { sim, said, settle } = await start(durable())
    const ann = sim.user('ann')
    ann.say('/weather')
    await settle(500)
    await restart(() => void ann.say('Beijing'))
    await settle(1000)
    await restart(() => void ann.press('yes'))
    await settle(1000)
    expect(said()).toEqual([
      'c2c ann reply: Which city?',
      'c2c ann reply: Today?',
      'c2c ann reply: Beijing: yes by interaction',
    ])
  })
})

describe('AS-10 an answer that comes over two transports', () => {
  it('counts once, a click too', async () => {
    const { sim, bot, clock, said, settle } = await start({ source: ['gateway', 'webhook'] })
    const ann = sim.user('ann')
    const pushLast = async (name: string): Promise<number> => {
      const frame = sim.log
        .of('frame')
        .map(({ text }) => JSON.parse(text) as { t?: string; s?: number })
        .findLast(({ t }) => t === name)
      if (!frame) throw new Error(`no ${name}`)
      const { s: _seq, ...push } = frame
      const { status } = await bot.webhook.fetch(pushOf(push, sim.credentials, clock.wall()))
      return status
    }
    ann.say('/weather')
    await settle(500)
    ann.say('Beijing')
    const push = settle(0).then(async () => pushLast('C2C_MESSAGE_CREATE'))
    await settle(500)
    ann.press('yes')
    await settle(0)
    const click = pushLast('INTERACTION_CREATE')
    await settle(500)
    expect(said()).toEqual([
      'c2c ann reply: Which city?',
      'c2c ann reply: Today?',
      'c2c ann reply: Beijing: yes by interaction',
    ])
    await settle(10_000)
    expect([await push, await click]).toEqual([200, 200])
  })
})
