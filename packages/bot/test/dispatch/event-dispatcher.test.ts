import { QqkitError } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { type BotError, scene } from '../../src/index.js'
import { c2c, c2cPayload, click, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe('intake', () => {
  it('answers a message and settles it when the handler and its reply are done', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async (ctx) => ctx.reply(`you said ${ctx.text}`))
    const hello = c2c('hello')
    stage.intake.deliver(hello)
    await stage.clock.settle()
    expect(stage.sent).toEqual([
      {
        target: { scene: 'c2c', id: 'A1' },
        message: 'you said hello',
        options: {
          anchor: { msgId: (hello.frame.d as { id: string }).id },
          kind: 'answer',
          seq: 1,
          replayed: false,
          shared: false,
        },
      },
    ])
    expect(hello.outcomes).toEqual(['done'])
    expect(stage.clock.pending).toBe(0)
  })

  it('BT-01 keeps the order of a conversation while others run', async () => {
    const stage = new Stage()
    const slow = gate()
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'slow') await slow.opened
      await ctx.reply(ctx.text)
    })
    for (const event of [c2c('slow', 'A1'), c2c('after', 'A1'), c2c('other', 'A2')])
      stage.intake.deliver(event)
    await stage.clock.settle()
    expect(stage.texts).toEqual(['other'])
    slow.open()
    await stage.clock.settle()
    expect(stage.texts).toEqual(['other', 'slow', 'after'])
  })

  it('BT-01 a busy group has several lanes', async () => {
    const stage = new Stage()
    const slow = gate()
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.author.id === 'C1') await slow.opened
      await ctx.reply(ctx.author.id)
    })
    stage.intake.deliver(group('hi', 'C1'))
    stage.intake.deliver(group('hi', 'C2'))
    await stage.clock.settle()
    expect(stage.texts).toEqual(['C2'])
    slow.open()
    await stage.clock.settle()
    expect(stage.texts).toEqual(['C2', 'C1'])
  })

  it('BT-01 acknowledges a click at once while a handler of the same conversation is stuck', async () => {
    const stage = new Stage()
    const never = gate()
    stage.handlers.on('message', null, async () => never.opened)
    stage.handlers.on('interaction', null, async (ctx) => ctx.reply(`clicked ${ctx.data}`))
    stage.intake.deliver(c2c('stuck', 'A1'))
    stage.intake.deliver(click('buy:1'))
    expect(stage.acks).toHaveLength(1)
    await stage.clock.settle()
    expect(stage.texts).toEqual(['clicked buy:1'])
    never.open()
    await stage.intake.idle()
  })

  it('BT-01 lets the oldest waiting event give way when the queue is full, and says so', async () => {
    const asked: string[] = []
    const stage = new Stage({
      limits: {
        concurrency: 1,
        waiting: 2,
        onFull: (conversation) => {
          asked.push(conversation)
          return 'drop-oldest'
        },
      },
    })
    const slow = gate()
    stage.handlers.on('message', null, async (ctx) => {
      await slow.opened
      await ctx.reply(ctx.text)
    })
    const events = ['1', '2', '3', '4'].map((text) => c2c(text))
    for (const event of events) stage.intake.deliver(event)
    expect(asked).toEqual(['c2c:A1'])
    expect(events[1]?.outcomes).toEqual(['abandoned'])
    expect(stage.records).toMatchObject([
      { level: 'warn', event: 'bot.queue_full', name: 'C2C_MESSAGE_CREATE', conversation: 'c2c:A1' },
    ])
    slow.open()
    await stage.intake.idle()
    expect(stage.texts).toEqual(['1', '3', '4'])
  })

  it('BT-01 drops the oldest when onQueueFull throws', async () => {
    const stage = new Stage({
      limits: {
        concurrency: 1,
        waiting: 1,
        onFull: () => {
          throw new Error('bang')
        },
      },
    })
    const slow = gate()
    stage.handlers.on('message', null, async (ctx) => {
      await slow.opened
      await ctx.reply(ctx.text)
    })
    for (const text of ['1', '2', '3']) stage.intake.deliver(c2c(text))
    expect(stage.records).toMatchObject([
      { level: 'error', event: 'bot.queue_hook_failed', error: { message: 'bang' } },
      { event: 'bot.queue_full' },
    ])
    slow.open()
    await stage.intake.idle()
    expect(stage.texts).toEqual(['1', '3'])
  })

  it('BT-02 an error of a handler reaches catch with the context, and the bot continues', async () => {
    const stage = new Stage()
    const caught: string[] = []
    stage.handlers.catch((error, ctx) => caught.push(`${ctx.name}: ${(error as Error).message}`))
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'boom') throw new Error('bang')
      await ctx.reply('fine')
    })
    const boom = c2c('boom')
    stage.intake.deliver(boom)
    stage.intake.deliver(c2c('next'))
    await stage.intake.idle()
    expect(caught).toEqual(['C2C_MESSAGE_CREATE: bang'])
    expect(boom.outcomes).toEqual(['failed'])
    expect(stage.texts).toEqual(['fine'])
  })

  it('BT-02 takes a synchronous throw in a middleware the same way', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push(error))
    const bang = new Error('bang')
    stage.handlers.use(() => {
      throw bang
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(caught).toEqual([bang])
  })

  it('BT-02 records the error when there is no catch, or when catch fails itself', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, () => {
      throw new Error('bang')
    })
    stage.intake.deliver(c2c('1'))
    await stage.intake.idle()
    stage.handlers.catch(() => {
      throw new Error('oops')
    })
    stage.intake.deliver(c2c('2'))
    await stage.intake.idle()
    expect(stage.records.map(({ event }) => event)).toEqual(['bot.handler_failed', 'bot.catch_failed'])
  })

  it('BT-02 logs an error of catch, and awaits catch before the next event of the conversation', async () => {
    const stage = new Stage()
    const slow = gate()
    stage.handlers.catch(async () => {
      await slow.opened
      throw new Error('oops')
    })
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'boom') throw new Error('bang')
      await ctx.reply('next')
    })
    stage.intake.deliver(c2c('boom'))
    stage.intake.deliver(c2c('next'))
    await stage.clock.settle()
    expect(stage.texts).toEqual([])
    slow.open()
    await stage.intake.idle()
    expect(stage.texts).toEqual(['next'])
    expect(stage.records).toMatchObject([{ event: 'bot.catch_failed', error: { message: 'oops' } }])
  })

  it('BT-02 reports the error of a handler and of a reply that it did not await', async () => {
    const stage = new Stage()
    const caught: string[] = []
    stage.onSend = async () => {
      throw new Error('refused')
    }
    stage.handlers.catch((error) => caught.push((error as Error).message))
    stage.handlers.on('message', null, (ctx) => {
      void ctx.reply('forgotten')
      throw new Error('bang')
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(caught).toEqual(['bang', expect.stringMatching(/no code awaited it/)])
  })

  it('BT-02 reports a handler that fails behind middleware that does not await next()', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push((error as Error).message))
    stage.handlers.use((_ctx, next) => void next())
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.reply('hi')
      throw new Error('bang')
    })
    const hi = c2c('hi')
    stage.intake.deliver(hi)
    await stage.intake.idle()
    expect(caught).toEqual(['bang'])
    expect(hi.outcomes).toEqual(['failed'])
  })

  it('BT-03 a second next() is an error with advice', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.use(async (_ctx, next) => {
      await next()
      await next()
    })
    stage.handlers.on('message', null, async (ctx) => ctx.reply('once'))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['once'])
    expect(caught).toMatchObject([{ code: 'next_called_twice' }])
    expect((caught[0] as BotError).advice.en).toMatch(/at most once/)
  })

  it('BT-03 refuses to reply to events that accept no reply, or have no place', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.on('GUILD_CREATE', null, async (ctx) => ctx.reply('hi'))
    stage.handlers.on('GUILD_MEMBER_ADD', null, async (ctx) => ctx.reply('hi'))
    stage.intake.deliver(delivery('GUILD_CREATE', { id: '1' }))
    stage.intake.deliver(delivery('GUILD_MEMBER_ADD', { guild_id: '1' }))
    await stage.intake.idle()
    expect(caught.map((error) => QqkitError.is(error) && error.code)).toEqual(['not_replyable', 'no_target'])
    expect(stage.sent).toEqual([])
  })

  it('replies to an event by its id, and to another place with the option to', async () => {
    const stage = new Stage()
    stage.handlers.on('FRIEND_ADD', null, async (ctx) => ctx.reply('welcome'))
    stage.handlers.on('GUILD_MEMBER_ADD', null, async (ctx) =>
      ctx.reply('welcome', { to: { scene: 'channel', id: '9' } }),
    )
    stage.intake.deliver(delivery('FRIEND_ADD', { openid: 'A1', timestamp: 1 }, { id: 'E1' }))
    stage.intake.deliver(delivery('GUILD_MEMBER_ADD', { guild_id: '1' }, { id: 'E2' }))
    await stage.intake.idle()
    expect(stage.sent.map(({ target, options }) => [target, options.anchor])).toEqual([
      [{ scene: 'c2c', id: 'A1' }, { eventId: 'E1' }],
      [{ scene: 'channel', id: '9' }, { eventId: 'E2' }],
    ])
  })

  it('BT-04 an event is handled once, and its copies share the outcome', async () => {
    const stage = new Stage()
    const slow = gate()
    stage.handlers.on('message', null, async (ctx) => {
      await slow.opened
      await ctx.reply(ctx.text)
    })
    const payload = c2cPayload('hi')
    const copies = [1, 2, 3].map(() => delivery('C2C_MESSAGE_CREATE', payload, { key: 'c2c:same' }))
    stage.intake.deliver(copies[0]!)
    stage.intake.deliver(copies[1]!)
    expect(copies[1]?.outcomes).toEqual([])
    slow.open()
    await stage.intake.idle()
    stage.intake.deliver(copies[2]!)
    expect(stage.texts).toEqual(['hi'])
    expect(copies.map(({ outcomes }) => outcomes)).toEqual([['done'], ['done'], ['done']])
  })

  it('knows from READY when a plain channel message names the bot', async () => {
    const stage = new Stage()
    const seen: unknown[] = []
    stage.handlers.on('message', scene('channel'), (ctx) =>
      seen.push('toMe' in ctx.message && ctx.message.toMe),
    )
    stage.handlers.on('READY', null, (ctx) => seen.push(ctx.payload.user.id))
    const plain = (mention: string) =>
      delivery('MESSAGE_CREATE', {
        id: `08${mention}`,
        channel_id: '2',
        author: { id: '1' },
        mentions: [{ id: mention, bot: true }],
      })
    stage.intake.deliver(plain('77'))
    await stage.intake.idle()
    stage.intake.deliver(
      delivery('READY', { version: 1, session_id: 's', user: { id: '77' }, shard: [0, 1] }),
    )
    stage.intake.deliver(delivery('MESSAGE_CREATE', { ...(plain('77').frame.d as object), id: '09' }))
    stage.intake.deliver(plain('78'))
    await stage.intake.idle()
    expect(seen).toEqual([false, '77', true, false])
  })

  it('BT-09 shows unknown and unreadable events to raw handlers and settles them', async () => {
    const stage = new Stage()
    const seen: string[] = []
    stage.handlers.on('raw', null, (ctx) => seen.push(`${ctx.event} ${ctx.name}`))
    stage.handlers.on('message', null, async (ctx) => ctx.reply('seen too'))
    const events = [
      delivery('SOMETHING_NEW', { a: 1 }),
      delivery('C2C_MESSAGE_CREATE', null),
      delivery('INTERACTION_CREATE', []),
      delivery('', undefined),
      c2c('hi'),
    ]
    for (const event of events) stage.intake.deliver(event)
    await stage.intake.idle()
    expect(seen).toEqual([
      'unknown SOMETHING_NEW',
      'unknown C2C_MESSAGE_CREATE',
      'unknown INTERACTION_CREATE',
      'unknown ',
      'message C2C_MESSAGE_CREATE',
    ])
    expect(stage.texts).toEqual(['seen too'])
    expect(events.every(({ outcomes }) => outcomes.length === 1)).toBe(true)
  })

  it('gives up a handler at its deadline: its signal aborts, the event is abandoned, the conversation continues', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    const caught: unknown[] = []
    let signal: AbortSignal | undefined
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text !== 'hang') return ctx.reply('next')
      signal = ctx.signal
      return new Promise(() => {})
    })
    const hang = c2c('hang')
    stage.intake.deliver(hang)
    stage.intake.deliver(c2c('next'))
    await stage.clock.advance(999)
    expect(stage.texts).toEqual([])
    await stage.clock.advance(1)
    expect(signal?.aborted).toBe(true)
    expect(hang.outcomes).toEqual(['abandoned'])
    expect(caught).toMatchObject([{ code: 'handler_timeout' }])
    expect(stage.texts).toEqual(['next'])
  })

  it('tells once of a handler that ends because it was given up, and abandons its event', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    const caught: string[] = []
    stage.handlers.catch((error) => caught.push((error as BotError).code))
    stage.handlers.on('message', null, async ({ signal }) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    })
    const hang = c2c('hang')
    stage.intake.deliver(hang)
    await stage.clock.advance(1000)
    expect(caught).toEqual(['handler_timeout'])
    expect(hang.outcomes).toEqual(['abandoned'])
    expect(stage.clock.pending).toBe(0)
  })

  it('gives up each of several handlers in its own time', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    stage.handlers.catch(() => {})
    stage.handlers.on('message', null, async () => new Promise(() => {}))
    const events = [c2c('1', 'A1'), c2c('2', 'A2'), c2c('3', 'A3')]
    for (const event of events) {
      stage.intake.deliver(event)
      await stage.clock.advance(100)
    }
    await stage.clock.advance(700)
    expect(events.map(({ outcomes }) => outcomes.length)).toEqual([1, 0, 0])
    await stage.clock.advance(100)
    expect(events.map(({ outcomes }) => outcomes.length)).toEqual([1, 1, 0])
    await stage.clock.advance(100)
    expect(events.map(({ outcomes }) => outcomes)).toEqual([['abandoned'], ['abandoned'], ['abandoned']])
    expect(stage.clock.pending).toBe(0)
  })

  it.each(['hang', 'boom'])(
    'does not let a catch that never ends hold up a conversation (%s)',
    async (text) => {
      const stage = new Stage({ handlerTimeout: 1000 })
      stage.handlers.catch(async () => new Promise(() => {}))
      stage.handlers.on('message', null, async (ctx) => {
        if (ctx.text === 'hang') return new Promise(() => {})
        if (ctx.text === 'boom') throw new Error('bang')
        return ctx.reply('next')
      })
      const event = c2c(text)
      stage.intake.deliver(event)
      stage.intake.deliver(c2c('next'))
      await stage.clock.advance(1999)
      expect([event.outcomes, stage.texts]).toEqual([[], []])
      await stage.clock.advance(1)
      expect([event.outcomes, stage.texts]).toEqual([['abandoned'], ['next']])
      expect(stage.clock.pending).toBe(0)
      const another = c2c('hang', 'A2')
      stage.intake.deliver(another)
      await stage.clock.advance(2000)
      expect(another.outcomes).toEqual(['abandoned'])
    },
  )

  it('leaves unsettled at a stop what was given up and whose catch has not ended', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    let caught = 0
    const slow = gate()
    stage.handlers.catch(async () => {
      caught += 1
      await slow.opened
    })
    stage.handlers.on('message', null, async () => new Promise(() => {}))
    const hang = c2c('hang')
    stage.intake.deliver(hang)
    await stage.clock.advance(1000)
    stage.intake.close()
    stage.intake.interrupt(new Error('enough') as BotError)
    expect(stage.clock.pending).toBe(0)
    await stage.intake.idle()
    slow.open()
    await stage.clock.settle()
    expect([caught, hang.outcomes]).toEqual([1, []])
  })

  it('waits for a reply that is not awaited, and reports its failure', async () => {
    const stage = new Stage()
    const caught: BotError[] = []
    const refusal = new Error('refused')
    stage.onSend = async () => {
      throw refusal
    }
    stage.handlers.catch((error) => caught.push(error as BotError))
    stage.handlers.on('message', null, (ctx) => {
      void ctx.reply('forgotten')
    })
    const hi = c2c('hi')
    stage.intake.deliver(hi)
    await stage.intake.idle()
    expect(caught.map(({ code }) => code)).toEqual(['not_awaited'])
    expect(caught[0]?.cause).toBe(refusal)
    expect(hi.outcomes).toEqual(['failed'])
  })

  it.each<[string, (sent: Promise<unknown>) => unknown]>([
    ['then', (sent) => sent.then(() => {})],
    ['then and then', (sent) => sent.then(() => {}).then(() => {})],
    ['finally', (sent) => sent.finally(() => {})],
  ])('reports a failed reply whose %s is not awaited', async (_name, goOn) => {
    const stage = new Stage()
    const caught: BotError[] = []
    stage.onSend = async () => {
      throw new Error('refused')
    }
    stage.handlers.catch((error) => caught.push(error as BotError))
    stage.handlers.on('message', null, (ctx) => void goOn(ctx.reply('forgotten')))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(caught).toMatchObject([{ code: 'not_awaited', cause: { message: 'refused' } }])
  })

  it('waits for work after a reply that is not awaited, and reports its failure', async () => {
    const stage = new Stage()
    const caught: BotError[] = []
    stage.handlers.catch((error) => caught.push(error as BotError))
    stage.handlers.on('message', null, (ctx) => {
      void ctx.reply('one').then(async () => {
        await ctx.reply('two')
        throw new Error('bang')
      })
    })
    const hi = c2c('hi')
    stage.intake.deliver(hi)
    await stage.intake.idle()
    expect(stage.texts).toEqual(['one', 'two'])
    expect(caught).toMatchObject([{ code: 'not_awaited', cause: { message: 'bang' } }])
    expect(hi.outcomes).toEqual(['failed'])
  })

  it('leaves an error alone that the handler dealt with', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.onSend = async () => {
      throw new Error('refused')
    }
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.reply('one').catch(() => {})
      void ctx
        .reply('one and a half')
        .then(() => {})
        .catch(() => {})
      await ctx.reply('one and three quarters').then(
        () => {},
        () => {},
      )
      try {
        await ctx.reply('two')
      } catch {
        // dealt with
      }
    })
    const hi = c2c('hi')
    stage.intake.deliver(hi)
    await stage.intake.idle()
    expect(caught).toEqual([])
    expect(hi.outcomes).toEqual(['done'])
  })

  it('reports a reply that fails after the handler has ended', async () => {
    const stage = new Stage()
    const caught: BotError[] = []
    stage.onSend = async () => {
      throw new Error('refused')
    }
    stage.handlers.catch((error) => caught.push(error as BotError))
    stage.handlers.on('message', null, (ctx) => {
      stage.clock.setTimer(1000, () => void ctx.reply('late'))
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    await stage.clock.advance(1000)
    expect(caught.map(({ code }) => code)).toEqual(['not_awaited'])
  })

  it('BT-02 a failed reply that catch does not await causes no endless circle', async () => {
    const stage = new Stage()
    let caught = 0
    stage.onSend = async () => {
      throw new Error('refused')
    }
    stage.handlers.catch((_error, ctx) => {
      caught += 1
      void ctx.reply('sorry')
    })
    stage.handlers.on('message', null, async (ctx) => ctx.reply('hi'))
    stage.intake.deliver(c2c('hi'))
    for (let turn = 0; turn < 10; turn += 1) await stage.clock.settle()
    expect(caught).toBe(2)
    expect(stage.records).toMatchObject([{ event: 'bot.handler_failed', error: { code: 'not_awaited' } }])
  })

  it('acknowledges for a handler that did not, with code 1 after a failure', async () => {
    const stage = new Stage({ interactionAck: 'handler' })
    stage.handlers.catch(() => {})
    stage.handlers.on('interaction', null, async (ctx) => {
      if (ctx.data === 'own') await ctx.ack(4)
      if (ctx.data === 'boom') throw new Error('bang')
    })
    for (const data of ['own', 'forgot', 'boom']) {
      stage.intake.deliver(click(data))
      await stage.intake.idle()
    }
    expect(stage.acks.map(({ code }) => code)).toEqual([4, 0, 1])
  })

  it('acknowledges a dropped click with code 1, so that the loading sign ends', async () => {
    const stage = new Stage({
      interactionAck: 'handler',
      limits: { concurrency: 1, waiting: 1, onFull: () => 'drop-oldest' },
    })
    stage.handlers.on('interaction', null, async (ctx) => {
      await new Promise<void>((resolve) => void stage.clock.setTimer(1000, resolve))
      await ctx.ack(4)
    })
    const clicks = ['1', '2', '3'].map((data) => click(data))
    for (const one of clicks) stage.intake.deliver(one)
    await stage.clock.advance(5000)
    expect(stage.acks.map(({ code }) => code)).toEqual([1, 4, 4])
    expect(clicks.map(({ outcomes }) => outcomes)).toEqual([['done'], ['abandoned'], ['done']])
  })

  it('takes a second acknowledgement with the same code for done, and refuses one with another', async () => {
    const stage = new Stage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.on('interaction', null, async (ctx) => {
      await ctx.ack()
      await ctx.ack(1)
    })
    stage.intake.deliver(click('x'))
    await stage.intake.idle()
    expect(stage.acks).toHaveLength(1)
    expect(caught).toMatchObject([
      { code: 'already_acknowledged', message: expect.stringContaining('with code 0') as string },
    ])
  })

  it.each([9, -1, 1.5, Number.NaN, '4', null])(
    'refuses a code that is none (%s), and leaves the click to be acknowledged with another one',
    async (wrong) => {
      const stage = new Stage({ interactionAck: 'handler' })
      const caught: unknown[] = []
      stage.handlers.on('interaction', null, async (ctx) => {
        await ctx.ack(wrong as never).catch((error: unknown) => caught.push(error))
        expect(ctx.acknowledged).toBe(false)
        await ctx.ack(4)
      })
      stage.intake.deliver(click('x'))
      await stage.intake.idle()
      expect(caught).toMatchObject([{ code: 'invalid_request', path: 'code' }])
      expect(stage.acks.map(({ code }) => code)).toEqual([4])
    },
  )

  it('leaves feedback and the like unacknowledged', async () => {
    const stage = new Stage()
    stage.handlers.on('interaction', null, () => {})
    stage.intake.deliver(click('like', 13))
    await stage.intake.idle()
    expect(stage.acks).toEqual([])
  })

  it('RD-35 acknowledges a click before its delivery, and no feedback', () => {
    const stage = new Stage()
    for (const one of [click('yes'), click('like', 13)]) stage.intake.acknowledge(one.frame)
    expect(stage.acks.map(({ code }) => code)).toEqual([0])
  })

  it('records an acknowledgement that fails and still runs the handler', async () => {
    const stage = new Stage()
    stage.onAck = async () => {
      throw new Error('gone')
    }
    stage.handlers.on('interaction', null, async (ctx) => ctx.reply('clicked'))
    const event = click('x')
    stage.intake.deliver(event)
    await stage.intake.idle()
    await stage.clock.settle()
    expect(stage.texts).toEqual(['clicked'])
    expect(stage.records).toMatchObject([{ event: 'bot.ack_failed' }])
    expect(event.outcomes).toEqual(['done'])
  })

  it('falls back to its own lanes when the given key function throws', async () => {
    const stage = new Stage({
      conversationKey: () => {
        throw new Error('no key')
      },
    })
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push((error as Error).message))
    stage.handlers.on('message', null, async (ctx) => ctx.reply('fine'))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['fine'])
    expect(caught).toEqual(['no key'])
  })

  it('leaves everything unsettled that it has to give up at a stop', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async () => new Promise(() => {}))
    stage.handlers.on('interaction', null, async () => new Promise(() => {}))
    const running = c2c('running')
    const waiting = c2c('waiting')
    const clicks = [click('running'), click('waiting')]
    for (const event of [running, waiting, ...clicks]) stage.intake.deliver(event)
    stage.intake.close()
    const late = c2c('late')
    stage.intake.deliver(late)
    stage.intake.interrupt(new Error('enough') as BotError)
    await stage.intake.idle()
    expect([running, waiting, late, ...clicks].flatMap(({ outcomes }) => outcomes)).toEqual([])
    expect(stage.intake.size).toEqual({ running: 0, waiting: 0 })
    expect(stage.clock.pending).toBe(0)
  })
})
