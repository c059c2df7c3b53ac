/** Words with which people control a bot. */
import { describe, expect, it } from 'vitest'

import {
  type Asking,
  asking,
  dialogue,
  type DialogueOptions,
  type DialogueState,
} from '../../src/asking/index.js'
import type { Context } from '../../src/context/context.js'
import type { Bot } from '../../src/index.js'
import { Composer } from '../../src/composer/index.js'
import type { MessageContext } from '../../src/context/message-context.js'
import { control, ControlError, type ControlOptions } from '../../src/control/index.js'
import { history, memoryStateStore, session, type StateStore } from '../../src/middleware/index.js'
import { c2c, c2cPayload, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { memoryBot } from '../support/memory-bot.js'
import { Stage } from '../support/stage.js'

const tell = async (stage: Stage, ...events: readonly TestDelivery[]): Promise<void> => {
  for (const event of events) {
    stage.intake.deliver(event)
    await stage.clock.advance(0)
  }
}

const controlStage = (options: ControlOptions, use: (stage: Stage) => void): Stage => {
  const stage = new Stage()
  stage.handlers.feature(control(options))
  use(stage)
  return stage
}

/** Resolves when a signal aborts. */
const aborted = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

describe('CT-02 a stop', () => {
  it('is that of one conversation, and no failure: the event is done', async () => {
    const reasons: unknown[] = []
    const stage = controlStage({ texts: { stopped: null } }, ({ handlers }) =>
      handlers.on('message', null, async (ctx) => {
        await aborted(ctx.signal)
        reasons.push(ctx.signal.reason)
        ctx.signal.throwIfAborted()
      }),
    )
    const [ann, bob] = [group('work', 'ann', 'G1'), group('work', 'bob', 'G1')]
    await tell(stage, ann, bob, group('/stop', 'ann', 'G1'))
    expect(ControlError.is(reasons[0])).toBe(true)
    expect([ann.outcomes, bob.outcomes, reasons.length, stage.texts]).toEqual([['done'], [], 1, []])
    await tell(stage, group('/stop', 'bob', 'G1'))
    expect([bob.outcomes, stage.records, stage.clock.pending]).toEqual([['done'], [], 0])
  })

  it('finds what was said directly before it', async () => {
    const stage = controlStage({}, ({ handlers }) =>
      handlers.on('message', null, async (ctx) => aborted(ctx.signal)),
    )
    for (const text of ['a story', '/stop']) stage.intake.deliver(group(text, 'ann', 'G1'))
    await stage.clock.advance(0)
    expect(stage.texts).toEqual(['已停止。'])
  })

  it.each([0, 1])(
    'over a shared source stops what that names, nothing else that runs here (%i older)',
    async (older) => {
      const stops: unknown[] = []
      const stage = controlStage({}, ({ handlers }) =>
        handlers.on('message', null, async (ctx) => {
          await aborted(ctx.signal)
          stops.push(ctx.text)
        }),
      )
      const younger = group('a new question', 'ann', 'G1')
      const stop = async () => ({ stopped: older, waiting: 0 })
      await tell(stage, younger, { ...group('/stop', 'ann', 'G1'), order: { stop } })
      expect([stops, younger.outcomes]).toEqual([[], []])
      expect(stage.texts).toEqual([older === 0 ? '当前没有正在进行的任务。' : '已停止。'])
      await tell(stage, group('/stop', 'ann', 'G1'))
      expect(stops).toEqual(['a new question'])
    },
  )

  it('leaves at once over a shared source, where all places are taken, and has none while it waits for other processes', async () => {
    const limits = { concurrency: 1, waiting: 10, onFull: () => 'drop-newest' as const }
    const stage = new Stage({ limits })
    stage.handlers.feature(control())
    const begun: string[] = []
    stage.handlers.on('message', null, async (ctx) => {
      begun.push(ctx.text)
      if (ctx.text === 'work') await aborted(ctx.signal)
    })
    let end = (): void => {}
    const orders: unknown[] = []
    const stop = async (options: unknown) => {
      orders.push(options)
      await new Promise<void>((resolve) => (end = resolve))
      return { stopped: 1, waiting: 0 }
    }
    const order = { ...group('/stop', 'bob', 'G1'), order: { stop } }
    await tell(stage, group('work', 'ann', 'G1'), order)
    expect([orders, stage.texts]).toEqual([[{ waiting: true }], []])
    await tell(stage, group('/stop', 'ann', 'G1'), group('hello', 'cid', 'G1'))
    expect([begun, stage.texts]).toEqual([['work', 'hello'], ['已停止。']])
    end()
    await stage.clock.advance(0)
    expect([stage.texts, order.outcomes]).toEqual([['已停止。', '已停止。'], ['done']])
    expect([stage.records, stage.clock.pending, stage.intake.size]).toEqual([
      [],
      0,
      { running: 0, waiting: 0 },
    ])
  })

  it.each([true, false])(
    'pushed again late, addressed: %s, stops nothing that was said after it',
    async (addressed) => {
      const ended: string[] = []
      const stage = controlStage({}, ({ handlers, clock }) =>
        handlers.on('message', null, async (ctx) => {
          await new Promise<void>((resolve) => clock.setTimer(1000, resolve))
          ended.push(`${ctx.text} ${ctx.signal.aborted}`)
        }),
      )
      const at = (second: number, text: string): TestDelivery => {
        const one = group(text, 'ann', 'G1')
        const timestamp = `2026-01-01T08:00:0${second}+08:00`
        const t = addressed ? 'GROUP_AT_MESSAGE_CREATE' : 'GROUP_MESSAGE_CREATE'
        return { ...one, frame: { ...one.frame, t, d: { ...(one.frame.d as object), timestamp } } }
      }
      await tell(stage, at(2, 'a question'), at(3, 'and more'), at(1, '/stop'))
      await stage.clock.advance(2000)
      expect(ended).toEqual(['a question false', 'and more false'])
      expect(stage.texts).toEqual(addressed ? ['当前没有正在进行的任务。'] : [])
      await tell(stage, at(4, 'another'), at(0, 'forgotten'), at(4, '/stop'))
      expect(stage.texts.at(-1)).toBe('已停止，排队中的 1 条消息也已取消。')
    },
  )

  it('lets a handler say the last word, and does not hide an error of its own', async () => {
    const errors: unknown[] = []
    const stage = controlStage({}, ({ handlers }) => {
      handlers.catch((error) => errors.push(String(error)))
      handlers.on('message', null, async (ctx) => {
        await aborted(ctx.signal)
        await ctx.reply('half of it')
        throw new RangeError('bang')
      })
    })
    const asked = c2c('work')
    await tell(stage, asked, c2c('/stop'))
    expect(new Set(stage.texts)).toEqual(new Set(['已停止。', 'half of it']))
    expect([asked.outcomes, errors]).toEqual([['failed'], ['RangeError: bang']])
  })

  it('said twice is answered twice, also while the stopped handler has not ended', async () => {
    const stage = controlStage({}, ({ handlers, clock }) =>
      handlers.on('message', null, async () => new Promise<void>((resolve) => clock.setTimer(2000, resolve))),
    )
    const asked = c2c('work')
    const words = [c2c('/stop'), c2c('/stop'), c2c('/stop')] as const
    await tell(stage, asked, words[0], words[1])
    expect([asked.outcomes, stage.texts]).toEqual([[], ['已停止。', '已停止。']])
    await stage.clock.advance(2000)
    await tell(stage, words[2])
    expect(stage.texts.at(-1)).toBe('当前没有正在进行的任务。')
    expect([asked, ...words].map(({ outcomes }) => outcomes)).toEqual(
      Array.from({ length: 4 }, () => ['done']),
    )
    expect([stage.records, stage.clock.pending]).toEqual([[], 0])
  })

  it('cancels the question of a handler, without another word', async () => {
    const stage = controlStage({}, ({ handlers }) => {
      handlers.feature(asking())
      handlers.command({ name: 'ask' }, async (ctx) => (ctx as MessageContext & Asking).ask('Which city?'))
      handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
    })
    const asked = c2c('/ask')
    await tell(stage, asked, c2c('/stop'), c2c('Beijing'))
    expect(stage.texts).toEqual(['Which city?', '已停止。', 'chat: Beijing'])
    expect([asked.outcomes, stage.clock.pending]).toEqual([['done'], 0])
  })

  it('has the names that it is given, is in the help, and leaves a command of the user alone', async () => {
    const own: string[] = []
    const stage = controlStage({ stop: ['halt'] }, ({ handlers }) =>
      handlers.command({ name: 'stop' }, () => void own.push('own')),
    )
    await tell(stage, c2c('/halt'), c2c('/stop'))
    expect([stage.texts, own]).toEqual([['当前没有正在进行的任务。'], ['own']])
    expect(stage.handlers.help()).toContain('/halt')
    expect(stage.handlers.help()).not.toContain('/new')
  })
})

describe('CT-06 a stop ends the open dialogue of its person', () => {
  /** A dialogue whose questions may be answered late, and a chat. */
  const booking = (stage: Stage, options: Partial<DialogueOptions> = {}): void => {
    const { handlers, clock } = stage
    const made = dialogue('booking', { store: memoryStateStore(), clock, ...options })
      .ask('city', 'Which city?')
      .ask('nights', 'How many nights?')
      .end((ctx, { city, nights }) => ctx.reply(`${nights} in ${city}`))
    handlers.feature(made)
    handlers.command({ name: 'book' }, async (ctx) => made.begin(ctx))
    handlers.command({ name: 'slow' }, async (ctx) => {
      await aborted(ctx.signal)
      await made.begin(ctx)
    })
    handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
  }

  it('that waits for an answer, and no other; a second stop has nothing to stop', async () => {
    const stage = controlStage({}, booking)
    await tell(stage, group('/book', 'ann', 'G1'), group('/book', 'bob', 'G1'))
    await tell(stage, group('/stop', 'ann', 'G1'), group('/stop', 'ann', 'G1'))
    await tell(stage, group('Beijing', 'ann', 'G1'), group('Rome', 'bob', 'G1'))
    expect(stage.texts).toEqual([
      'Which city?',
      'Which city?',
      '已停止。',
      '当前没有正在进行的任务。',
      'chat: Beijing',
      'How many nights?',
    ])
  })

  it('also by a word that is not known to be for the bot, and by /new', async () => {
    const forgotten: string[] = []
    const stage = controlStage({ forget: [{ clear: (ctx) => forgotten.push(ctx.name) }] }, booking)
    const unaddressed = (content: string): TestDelivery =>
      delivery('GROUP_MESSAGE_CREATE', { ...(group(content, 'ann', 'G1').frame.d as object), mentions: [] })
    await tell(stage, unaddressed('/stop'), group('/book', 'ann', 'G1'), unaddressed('/stop'))
    await tell(stage, group('a', 'ann', 'G1'), group('/book', 'ann', 'G1'), group('/new', 'ann', 'G1'))
    await tell(stage, group('b', 'ann', 'G1'), group('/book', 'ann', 'G1'), unaddressed('/new'))
    expect(stage.texts).toEqual([
      'Which city?',
      '已停止。',
      'chat: a',
      'Which city?',
      '已开始新的对话。',
      'chat: b',
      'Which city?',
      '已开始新的对话。',
    ])
    expect(forgotten).toHaveLength(2)
  })

  it('also one that a stopped handler begins meanwhile, whatever the store can do', async () => {
    const kept = memoryStateStore<DialogueState>()
    const plain: StateStore<DialogueState> = {
      load: (key) => kept.load(key),
      save: (key, state) => kept.save(key, state),
      remove: (key) => kept.remove(key),
    }
    for (const store of [kept, plain]) {
      const stage = controlStage({}, (one) => booking(one, { store }))
      await tell(stage, c2c('/slow'), c2c('/stop'), c2c('Beijing'))
      expect(stage.texts).not.toContain('How many nights?')
      expect(stage.texts.at(-1)).toBe('chat: Beijing')
    }
  })

  it.each([true, false])(
    'says so in the next life too, and leaves a question that was asked after it, replayed: %s',
    async (replayed) => {
      const store = memoryStateStore<DialogueState>()
      const stop = c2c('/stop')
      const lifeWith = async (...events: readonly TestDelivery[]): Promise<Stage['texts']> => {
        const stage = controlStage({}, (one) => booking(one, { store }))
        await tell(stage, ...events)
        return stage.texts
      }
      expect(await lifeWith(c2c('/book'), stop)).toEqual(['Which city?', '已停止。'])
      const again = delivery('C2C_MESSAGE_CREATE', stop.frame.d, { replayed: true })
      expect(await lifeWith(again, c2c('Beijing'))).toEqual(['已停止。', 'chat: Beijing'])
      const later = delivery(
        'C2C_MESSAGE_CREATE',
        c2cPayload('/book', 'A1', 'b', '2026-01-01T08:00:01+08:00'),
      )
      const earlier = delivery('C2C_MESSAGE_CREATE', c2c('/stop').frame.d, { replayed })
      expect((await lifeWith(later, earlier, c2c('Beijing'))).at(-1)).toBe('How many nights?')
    },
  )
})

describe('CT-02 one conversation for a whole place', () => {
  /** Ann asks, Bob stops, then Olga does. */
  const play = async (setUp: (bot: Bot) => void): Promise<readonly unknown[]> => {
    const { bot, sim, said, settle, close } = memoryBot({
      conversationKey: ({ target, key }) => target?.id ?? key,
    })
    const room = sim.group('room')
    setUp(bot)
    const seen: unknown[] = []
    bot.on('message', async (ctx) => {
      await aborted(ctx.signal)
      seen.push(said().length)
    })
    void bot.start()
    await settle()
    for (const [who, text] of [
      ['ann', 'a long question'],
      ['bob', '/stop'],
      ['olga', '/stop'],
    ] as const) {
      room.user(who).say(text)
      await settle()
    }
    seen.push(...said().map((one) => one.split(': ').at(-1)))
    await close()
    return seen
  }

  it('is stopped by anyone there', async () => {
    expect(await play((bot) => bot.use(control()))).toEqual([0, '已停止。', '当前没有正在进行的任务。'])
  })

  it('is stopped by those alone whom a filter lets through', async () => {
    const seen = await play((bot) => {
      const isOrder = (ctx: Context): boolean => ctx.event === 'message' && /^\/stop\b/.test(ctx.text)
      const stopping = new Composer()
      stopping
        .filter((ctx: Context) => !isOrder(ctx) || (ctx.event === 'message' && ctx.author.name === 'olga'))
        .use(control())
      bot.use(stopping)
      bot.hears(/^\/stop\b/, () => {})
    })
    expect(seen).toEqual([0, '已停止，排队中的 1 条消息也已取消。'])
  })
})

describe('CT-04 what waits behind a stopped handler', () => {
  /** A handler that ends when it is stopped, and says every other message. */
  const working = ({ handlers }: Stage): void =>
    handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'work') await aborted(ctx.signal)
      else await ctx.reply(`chat: ${ctx.text}`)
    })

  it('is not answered, and is told; what is said later, or by others, is', async () => {
    const stage = controlStage({}, working)
    const waiting = [group('a', 'ann', 'G1'), group('b', 'ann', 'G1')]
    await tell(
      stage,
      group('work', 'ann', 'G1'),
      group('work', 'bob', 'G1'),
      group('other', 'bob', 'G1'),
      ...waiting,
    )
    await tell(stage, group('/stop', 'ann', 'G1'), group('c', 'ann', 'G1'), group('/stop', 'ann', 'G1'))
    expect(stage.texts).toEqual([
      '已停止，排队中的 2 条消息也已取消。',
      'chat: c',
      '当前没有正在进行的任务。',
    ])
    expect(waiting.map(({ outcomes }) => outcomes)).toEqual([['done'], ['done']])
    await stage.clock.advance(0)
  })

  it('is answered where control() keeps it', async () => {
    const stage = controlStage({ waiting: 'keep', forget: [{ clear: () => {} }] }, working)
    await tell(stage, c2c('work'), c2c('a'), c2c('/stop'), c2c('work'), c2c('b'), c2c('/new'))
    expect(new Set(stage.texts)).toEqual(new Set(['chat: a', 'chat: b', '已停止。', '已开始新的对话。']))
  })

  it('belongs to the conversation that /new forgets', async () => {
    const recent = history()
    const stage = controlStage({ forget: [recent] }, (one) => {
      one.handlers.use(recent)
      working(one)
    })
    await tell(stage, c2c('work'), c2c('a'), c2c('/new'), c2c('b'))
    expect(stage.texts).toEqual(['已开始新的对话，排队中的 1 条消息也已取消。', 'chat: b'])
  })

  it('is stopped too where it waits for a place, and nothing of its conversation runs', async () => {
    const stage = new Stage({ limits: { concurrency: 1, waiting: 10, onFull: () => 'drop-oldest' } })
    stage.handlers.feature(control())
    working(stage)
    const [work, waits] = [group('work', 'ann', 'G1'), group('a', 'bob', 'G1')]
    await tell(stage, work, waits, group('/stop', 'bob', 'G1'), group('/stop', 'ann', 'G1'))
    // Both words have been read before there was a place for their answers.
    expect([work.outcomes, waits.outcomes]).toEqual([['done'], ['done']])
    expect(new Set(stage.texts)).toEqual(new Set(['已停止。', '已停止，排队中的 1 条消息也已取消。']))
  })

  it('has words of its own, for the bot or for one control()', async () => {
    const texts = {
      stopped: ({ waiting }: { readonly waiting: number }) => `Stopped, ${waiting} more.`,
      forgotten: ({ waiting }: { readonly waiting: number }) =>
        waiting > 0 ? `Forgotten with ${waiting}.` : null,
    }
    const stage = controlStage({ texts, forget: [{ clear: () => {} }] }, working)
    await tell(stage, c2c('work'), c2c('a'), c2c('/stop'), c2c('/new'), c2c('work'), c2c('b'), c2c('/new'))
    expect(stage.texts).toEqual(['Stopped, 1 more.', 'Forgotten with 1.'])
  })

  it('leaves nothing behind when it is dropped from a full queue, or answers a question', async () => {
    const stage = new Stage({ limits: { concurrency: 1, waiting: 1, onFull: () => 'drop-oldest' } })
    stage.handlers.feature(control())
    stage.handlers.feature(asking())
    working(stage)
    stage.handlers.command({ name: 'ask' }, async (ctx) => {
      const answer = await (ctx as MessageContext & Asking).ask('Which city?')
      await answer.reply(`city: ${answer.text}`)
    })
    await tell(stage, c2c('work'), c2c('a'), c2c('b'), c2c('c'))
    await tell(stage, c2c('/stop'))
    expect(stage.texts).toEqual(['已停止，排队中的 1 条消息也已取消。'])
  })
})

describe('CT-01 control words of a bot whose own functions fail', () => {
  it.each([
    ['filter of a composer', 'filter'],
    ['conversationKey', 'key'],
  ])('are read, and every event is handled, where its %s throws', async (_what, which) => {
    const fails = (): never => {
      throw new RangeError('bang')
    }
    const stage = memoryBot({ ...(which === 'key' && { conversationKey: fails }) })
    const { bot, sim, settle, said, close } = stage
    const errors: unknown[] = []
    bot.use(control(), asking())
    bot.catch((error) => errors.push(String(error)))
    bot.on('raw', () => {})
    bot.on('message', async (ctx, next) => {
      if (ctx.text !== 'work') return next()
      await aborted(ctx.signal)
    })
    if (which === 'filter') {
      const group = new Composer()
      group.filter(fails).command('ping', (ctx) => ctx.reply('pong'))
      bot.use(group)
    }
    bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
    void bot.start()
    await settle(1000)
    for (const text of ['hi', '/ping', 'work', '/stop']) {
      sim.user('ann').say(text)
      await settle(1000)
    }
    const handled = which === 'key' ? ['chat: hi', 'chat: /ping'] : ['chat: hi']
    expect(said()).toEqual([...handled, '已停止。'].map((text) => `c2c ann reply: ${text}`))
    expect(new Set(errors)).toEqual(new Set(['RangeError: bang']))
    await close()
  })
})

describe('CT-05 a control word that is not known to be for the bot', () => {
  const unaddressed = (content: string): TestDelivery =>
    delivery('GROUP_MESSAGE_CREATE', { ...(group(content, 'ann', 'G1').frame.d as object), mentions: [] })

  it('is left alone where nothing of its person runs or waits, and handled once its other event shows the mention', async () => {
    const forgotten: string[] = []
    const stage = controlStage({ forget: [{ clear: (ctx) => forgotten.push(ctx.name) }] }, ({ handlers }) =>
      handlers.on('message', null, async (ctx) => {
        await ctx.reply(`chat: ${ctx.text}`)
        if (ctx.text === 'work') await aborted(ctx.signal)
      }),
    )
    const first = unaddressed('/new')
    await tell(stage, unaddressed('/stop'), first)
    expect([stage.texts, forgotten, first.outcomes]).toEqual([[], [], ['declined']])
    await tell(stage, delivery('GROUP_AT_MESSAGE_CREATE', first.frame.d))
    expect([stage.texts, forgotten]).toEqual([['已开始新的对话。'], ['GROUP_AT_MESSAGE_CREATE']])
    await tell(stage, group('work', 'bob', 'G1'), unaddressed('/stop'))
    expect(stage.texts).toEqual(['已开始新的对话。', 'chat: work'])
    await tell(stage, group('work', 'ann', 'G1'), group('more', 'ann', 'G1'), unaddressed('/stop'))
    expect(stage.texts.at(-1)).toBe('已停止，排队中的 1 条消息也已取消。')
  })
})

describe('CT-03 a new conversation', () => {
  it('stops what runs, waits for its end, and forgets session and history', async () => {
    const chat = session({ initial: () => ({ turns: 0 }) })
    const recent = history()
    const seen: string[] = []
    const stage = controlStage({ forget: [chat, recent] }, ({ handlers }) => {
      handlers.use(chat)
      handlers.use(recent)
      handlers.on('message', null, async (ctx) => {
        chat.of(ctx).turns += 1
        seen.push(
          `${chat.of(ctx).turns} ${recent
            .of(ctx)
            .map(({ text }) => text)
            .join()}`,
        )
        if (ctx.text !== 'work') return
        await aborted(ctx.signal)
        await ctx.reply('half of it')
      })
    })
    await tell(stage, c2c('hi'), c2c('work'), c2c('/new'), c2c('again'))
    expect(seen).toEqual(['1 ', '2 hi', '1 '])
    expect(stage.texts).toEqual(['half of it', '已开始新的对话。'])
    expect(stage.clock.pending).toBe(0)
  })

  it('does not wait for ever for a handler that does not end', async () => {
    const forgotten: string[] = []
    const stage = controlStage(
      { forget: [{ clear: (ctx) => forgotten.push(ctx.name) }], renew: ['fresh'] },
      ({ handlers }) => handlers.on('message', null, async () => new Promise(() => {})),
    )
    await tell(stage, c2c('work'), c2c('/fresh'))
    expect(forgotten).toEqual([])
    await stage.clock.advance(5000)
    expect([forgotten, stage.texts]).toEqual([['C2C_MESSAGE_CREATE'], ['已开始新的对话。']])
  })

  it('wrong use says what to write instead', () => {
    expect(() => control({ forget: [{}] as never })).toThrow(/clear/)
    expect(() => control({ halt: ['x'] } as never)).toThrow(/halt/)
    const twice = (): unknown =>
      controlStage({}, ({ handlers }) => handlers.feature(control({ stop: ['halt'] })))
    expect(twice).toThrow(expect.objectContaining({ code: 'control_twice' }))
  })
})
