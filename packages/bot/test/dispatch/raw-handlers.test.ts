import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions } from '../../src/index.js'
import { c2c, delivery, type TestDelivery } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { Stage } from '../support/stage.js'

describe("a handler of 'raw' that fails", () => {
  it.each([
    [
      'throws at once',
      (): void => {
        throw new Error('raw')
      },
    ],
    ['rejects', async (): Promise<void> => Promise.reject(new Error('raw'))],
    [
      'fails after next()',
      async (_ctx: unknown, next: () => Promise<void>): Promise<void> => {
        await next()
        throw new Error('raw')
      },
    ],
  ])('BT-31 %s: the event is handled all the same, and the failure told once', async (_name, watch) => {
    const stage = new Stage()
    const told: unknown[] = []
    const seen: string[] = []
    stage.handlers.catch((error) => told.push((error as Error).message))
    stage.handlers.on('raw', null, watch)
    stage.handlers.on('message', null, (ctx) => void seen.push(ctx.text))
    const event = c2c('hi')
    stage.intake.deliver(event)
    await stage.intake.idle()
    expect([seen, told, event.outcomes]).toEqual([['hi'], ['raw'], ['done']])
  })

  it('BT-31 the same where its filter throws', async () => {
    const stage = new Stage()
    const told: unknown[] = []
    const seen: string[] = []
    stage.handlers.catch((error) => told.push((error as Error).message))
    const filter = (): boolean => {
      throw new Error('filter')
    }
    stage.handlers.on('raw', filter, () => {})
    stage.handlers.on('message', null, (ctx) => void seen.push(ctx.text))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect([seen, told]).toEqual([['hi'], ['filter']])
  })

  it('BT-31 an error of a later handler is reported once, and fails the event', async () => {
    const stage = new Stage()
    const told: unknown[] = []
    stage.handlers.catch((error) => told.push((error as Error).message))
    stage.handlers.on('raw', null, async (_ctx, next) => next())
    stage.handlers.on('message', null, () => {
      throw new Error('message')
    })
    const event = c2c('hi')
    stage.intake.deliver(event)
    await stage.intake.idle()
    expect([told, event.outcomes]).toEqual([['message'], ['failed']])
  })
})

describe('messages of bots', () => {
  const ME = '1000000000000000001'
  const by = (id: string, bot: boolean, n: number): TestDelivery =>
    delivery('MESSAGE_CREATE', {
      id: `m${n}`,
      guild_id: '1',
      channel_id: '2',
      content: 'hi',
      author: { id, username: 'x', bot },
    })

  const run = async (options: Partial<BotOptions>): Promise<readonly string[]> => {
    const source = new HandSource()
    const records: LogRecord[] = []
    const bot = new Bot({
      appId: '102000001',
      secret: 'tst-secret-0001',
      source,
      clock: new ManualClock(),
      log: (record) => void records.push(record),
      ...options,
    })
    const seen: string[] = []
    bot.on('raw', (ctx) => void (ctx.event === 'message' && seen.push(`raw ${ctx.author.id}`)))
    bot.use(async (ctx, next) => {
      if (ctx.event === 'message') seen.push(`use ${ctx.author.id}`)
      await next()
    })
    bot.on('message', (ctx) => void seen.push(`message ${ctx.author.id}`))
    const running = bot.start()
    source.push(delivery('READY', { user: { id: ME } }))
    for (const event of [by('7', true, 1), by(ME, true, 2), by(ME, false, 3), by('8', false, 4)])
      source.push(event)
    await bot.stop()
    await running
    return seen
  }

  it('BT-32 only watchers see messages of bots: two bots do not talk for ever', async () => {
    expect((await run({})).toSorted()).toEqual(
      ['raw 7', `raw ${ME}`, `raw ${ME}`, 'raw 8', 'use 8', 'message 8'].toSorted(),
    )
  })

  it('BT-32 others can be let through, never oneself', async () => {
    const seen = await run({ botMessages: 'handle' })
    expect(seen).toContain('message 7')
    expect(seen).not.toContain(`message ${ME}`)
    expect(seen).not.toContain(`use ${ME}`)
  })
})
