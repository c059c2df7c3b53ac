import { afterEach, describe, expect, it } from 'vitest'

import { button, keyboard, type BotOptions } from '../../src/index.js'
import { delivery } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'
import { pushOf } from '../support/push.js'

const frame = (n = 1, type = 11): object => ({
  op: 0,
  id: `INTERACTION_CREATE:${n}`,
  t: 'INTERACTION_CREATE',
  d: { id: `i${n}`, type, scene: 'c2c', chat_type: 2, user_openid: 'A1', data: { type, resolved: {} } },
})

describe('WH-06 a click over the webhook', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  const start = (options: Partial<BotOptions>): MemoryBot => {
    stage = memoryBot({ source: 'webhook', ...options })
    return stage
  }

  /** Pushes a click, and notes when it is answered and with what. */
  const click = (n?: number, type?: number) => {
    const { bot, clock, sim } = stage
    const seen: { after: number | null; body: string | null } = { after: null, body: null }
    const begun = clock.now()
    void bot.webhook.fetch(pushOf(frame(n, type), sim.credentials, clock.wall())).then(async (answer) => {
      seen.after = clock.now() - begun
      seen.body = await answer.text()
    })
    return seen
  }

  const calls = (): readonly string[] =>
    stage.sim.log
      .of('call')
      .map(({ method, path }) => `${method} ${path}`)
      .filter((call) => call.includes('interactions'))

  it.each(['settled', 'early'] as const)(
    'is answered at once with code 0 by default (ack: %s), while its handler and one of the same conversation are stuck',
    async (ack) => {
      const { bot, clock, settle } = start({ webhook: { ack } })
      bot.on('interaction', async () => new Promise<void>((resolve) => void clock.setTimer(10_000, resolve)))
      void bot.start()
      const clicks = [click(1), click(2, 12)]
      await settle(0)
      expect(clicks).toEqual([1, 2].map(() => ({ after: 0, body: '{"op":12,"code":0}' })))
      await settle(30_000)
      expect(calls()).toEqual([])
    },
  )

  it.each(['settled', 'early'] as const)(
    'is answered with the code of its handler as soon as it gives one (ack: %s)',
    async (ack) => {
      const { bot, clock, settle } = start({ interactionAck: 'handler', webhook: { ack } })
      bot.on('interaction', async (ctx) => {
        await new Promise<void>((resolve) => void clock.setTimer(1000, resolve))
        await ctx.ack(4)
        await new Promise<void>((resolve) => void clock.setTimer(60_000, resolve))
      })
      void bot.start()
      const answer = click()
      await settle(90_000)
      expect([answer, calls()]).toEqual([{ after: 1000, body: '{"op":12,"code":4}' }, []])
    },
  )

  it.each(['settled', 'early'] as const)(
    'is answered with 0 after two seconds when its handler takes ten; a call that is refused then is no error (ack: %s)',
    async (ack) => {
      const { bot, clock, settle, records } = start({ interactionAck: 'handler', webhook: { ack } })
      const caught: unknown[] = []
      bot.catch((error) => caught.push(error))
      bot.on('interaction', async (ctx) => {
        await new Promise<void>((resolve) => void clock.setTimer(10_000, resolve))
        await ctx.ack(4)
      })
      void bot.start()
      const answer = click()
      await settle(30_000)
      expect(answer).toEqual({ after: 2000, body: '{"op":12,"code":0}' })
      expect([caught, calls()]).toEqual([[], ['PUT /interactions/i1']])
      const told = records.filter(({ event }) => event.includes('ack'))
      expect(told).toMatchObject([{ level: 'debug', event: 'bot.late_ack_refused', code: 4 }])
      expect(records.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
    },
  )

  it.each(['settled', 'early'] as const)(
    'ST-07 is pushed again when it comes while the bot stops, like every event, and is never taken for handled (ack: %s)',
    async (ack) => {
      const { bot, clock, sim, settle } = start({ webhook: { ack } })
      const seen: string[] = []
      bot.on('message', async () => {
        await new Promise<void>((resolve) => void clock.setTimer(3000, resolve))
        seen.push('finished')
      })
      bot.on('interaction', () => void seen.push('click'))
      void bot.start()
      const push = async (event: object): Promise<number> =>
        (await bot.webhook.fetch(pushOf(event, sim.credentials, clock.wall()))).status
      const message = (n: number): object => ({
        op: 0,
        id: `C2C_MESSAGE_CREATE:${n}`,
        t: 'C2C_MESSAGE_CREATE',
        d: {
          id: `m${n}`,
          content: 'hi',
          author: { user_openid: 'A1' },
          timestamp: '2026-01-01T08:00:00+08:00',
        },
      })
      const first = push(message(1))
      await settle(100)
      void bot.stop()
      const late = [push(message(2)), push(frame(1))]
      await settle(100)
      expect(await Promise.all(late)).toEqual([503, 503])
      await settle(5000)
      expect([await first, seen]).toEqual([200, ['finished']])
    },
  )

  it('is answered for a handler that forgot, or failed, when it ends', async () => {
    const { bot, settle } = start({ interactionAck: 'handler' })
    bot.catch(() => {})
    bot.on('interaction', async (ctx) => {
      if (ctx.interaction.id === 'i2') throw new Error('bang')
    })
    void bot.start()
    const clicks = [click(1), click(2)]
    await settle(100)
    expect(clicks).toEqual([
      { after: 0, body: '{"op":12,"code":0}' },
      { after: 0, body: '{"op":12,"code":1}' },
    ])
    await settle(5000)
    expect(calls()).toEqual([])
  })

  it('needs no code for other types', async () => {
    const { bot, settle } = start({ interactionAck: 'handler' })
    bot.on('interaction', () => {})
    void bot.start()
    const answer = click(1, 13)
    await settle(100)
    expect(answer).toEqual({ after: 0, body: '{"op":12,"d":0}' })
  })

  it.each(
    (['ignore', 'accept'] as const).flatMap((webhookPut) =>
      (['intake', 'handler'] as const).flatMap((interactionAck) =>
        [0, 1000, 10_000].map((after) => ({ webhookPut, interactionAck, after })),
      ),
    ),
  )(
    'shows the person what the bot decided, within the window: %j',
    async ({ webhookPut, interactionAck, after }) => {
      const { bot, clock, sim, records, settle } = start({ interactionAck })
      sim.live.set('webhookPut', webhookPut)
      const caught: unknown[] = []
      bot.catch((error) => caught.push(error))
      bot.on('message', async (ctx) =>
        ctx.reply({ content: 'menu', ...keyboard([[button.callback('Tea', 'tea')]]) }),
      )
      bot.on('interaction', async (ctx) => {
        if (after > 0) await new Promise<void>((resolve) => void clock.setTimer(after, resolve))
        await ctx.ack(interactionAck === 'handler' ? 4 : 0)
      })
      sim.listen('http://bot.invalid/qq', async (request) => bot.webhook.fetch(request))
      sim.changeBot({ webhook: 'http://bot.invalid/qq' })
      void bot.start()
      sim.user('ann').say('hi')
      await settle(100)
      sim.user('ann').press({ button: 'Tea' })
      await settle(30_000)
      const [told] = sim.log.of('interaction')
      const inTime = interactionAck === 'handler' && after < 2000
      expect(told).toMatchObject({ code: inTime ? 4 : 0, by: 'answer', shown: null })
      expect(told?.ms).toBeLessThan(2500)
      expect([sim.log.of('interaction').length, caught]).toEqual([1, []])
      expect(records.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
    },
  )

  it('BT-04 shares its code with a copy over another source, whichever comes first', async () => {
    const hand = new HandSource()
    const { bot, settle } = start({ source: [hand, 'webhook'], interactionAck: 'handler' })
    const seen: string[] = []
    bot.on('interaction', async (ctx) => {
      seen.push(ctx.interaction.id)
      await ctx.ack(5)
    })
    void bot.start()
    const elsewhere = (n: number): void => {
      const { t, id, d } = frame(n) as { t: string; id: string; d: object }
      hand.push(delivery(t, d, { id, key: `event:${id}` }))
    }
    elsewhere(1)
    const second = click(1)
    const first = click(2)
    elsewhere(2)
    await settle(5000)
    const told = { after: 0, body: '{"op":12,"code":5}' }
    expect([seen, second, first]).toEqual([['i1', 'i2'], told, told])
    // A source that does not carry codes came first: the call went out, too.
    expect(calls()).toEqual(['PUT /interactions/i1'])
  })
})
