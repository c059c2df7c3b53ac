import { describe, expect, it } from 'vitest'

import type { MessageContext } from '../../src/index.js'
import { history, mentionOnly, throttle } from '../../src/middleware/index.js'
import { c2c, delivery, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** One message as two events, and several messages under one id (§4.1, §4.3, §4.6), through all of a bot. */

const AT = 'GROUP_AT_MESSAGE_CREATE'
const PLAIN = 'GROUP_MESSAGE_CREATE'

const group = (name: string, more: object = {}): TestDelivery =>
  delivery(name, {
    id: 'X',
    content: 'hi there',
    group_openid: 'G1',
    author: { id: 'C1', member_openid: 'C1', username: 'ann' },
    message_scene: { source: 'default', ext: ['msg_idx=REFIDX_1'] },
    ...more,
  })

const channel = (name: string): TestDelivery =>
  delivery(name, {
    id: '08',
    guild_id: '9',
    channel_id: '2',
    content: '<@!77> hi',
    author: { id: '1' },
    mentions: [],
  })

/** A bot that answers what addresses it, and what became of its events. */
const stageOf = (use: (stage: Stage) => void = () => {}) => {
  const stage = new Stage()
  use(stage)
  stage.handlers.on('message', null, async (ctx) => {
    const { toMe } = (ctx as MessageContext<'group'>).message
    await ctx.reply(`${ctx.name} ${toMe}: ${ctx.text}`)
  })
  return stage
}

const settled = (deliveries: readonly TestDelivery[]) => deliveries.map(({ outcomes }) => outcomes)

describe('BT-12 both events of one message', () => {
  it.each([
    [[AT, PLAIN], group],
    [[PLAIN, AT], group],
    [['AT_MESSAGE_CREATE', 'MESSAGE_CREATE'], channel],
    [['MESSAGE_CREATE', 'AT_MESSAGE_CREATE'], channel],
  ] as const)('are handled once, as %j: at once, and one after the other', async (names, make) => {
    for (const wait of [true, false]) {
      const stage = stageOf()
      const events = names.map((name) => make(name))
      for (const event of events) {
        stage.intake.deliver(event)
        if (wait) await stage.intake.idle()
      }
      await stage.intake.idle()
      expect(stage.texts).toEqual([expect.stringMatching(`^${names[0]} `)])
      expect(settled(events)).toEqual([['done'], ['done']])
    }
  })

  it.each([
    [[AT, PLAIN], group],
    [[PLAIN, AT], group],
    [['AT_MESSAGE_CREATE', 'MESSAGE_CREATE'], channel],
    [['MESSAGE_CREATE', 'AT_MESSAGE_CREATE'], channel],
  ] as const)('are one that addresses the bot, as %j, where only the one tells', async (names, make) => {
    for (const wait of [true, false]) {
      const gates = [
        (stage: Stage) => stage.handlers.use(mentionOnly()),
        (stage: Stage) =>
          stage.handlers.on(
            'message',
            (ctx) => (ctx as MessageContext<'group'>).message.toMe,
            async (ctx) => ctx.reply(`${ctx.name} true: ${ctx.text}`),
          ),
      ]
      for (const [n, gate] of gates.entries()) {
        const stage = n === 0 ? stageOf(gate) : new Stage()
        if (n === 1) gate(stage)
        const events = [...names, ...names].map((name) => make(name))
        for (const event of events) {
          stage.intake.deliver(event)
          if (wait) await stage.intake.idle()
        }
        await stage.intake.idle()
        expect(stage.texts).toEqual([expect.stringMatching(/^(GROUP_)?AT_MESSAGE_CREATE true: hi/)])
        // A source that several processes share has to know that nobody had the plain one. A filter says so before the other comes.
        const first =
          (wait || n === 1) && names[0] !== AT && names[0] !== 'AT_MESSAGE_CREATE' ? 'declined' : 'done'
        expect(settled(events)).toEqual(events.map((_, at) => [at === 0 ? first : 'done']))
      }
    }
  })

  it('are one in its place in the conversation, when the second comes while the first waits', async () => {
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const stage = stageOf(({ handlers }) => {
      handlers.use(async (ctx, next) => {
        if (ctx.event === 'message' && ctx.text === 'slow') await gate
        await next()
      })
      handlers.use(mentionOnly())
    })
    stage.intake.deliver(group(AT, { id: 'S', content: 'slow', message_scene: null }))
    const events = [group(PLAIN), group(AT)]
    for (const event of events) stage.intake.deliver(event)
    stage.intake.deliver(group(AT, { id: 'L', content: 'last', message_scene: null }))
    open()
    await stage.intake.idle()
    expect(stage.texts.map((text) => typeof text === 'string' && text.split(': ')[1])).toEqual([
      'slow',
      'hi there',
      'last',
    ])
    expect(settled(events)).toEqual([['done'], ['done']])
  })

  it('are one while the first is being looked at', async () => {
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    let looks = 0
    const stage = stageOf(({ handlers }) => {
      handlers.use(async (_ctx, next) => {
        looks += 1
        if (looks === 1) await gate
        await next()
      })
      handlers.use(mentionOnly())
    })
    const events = [group(PLAIN), group(AT), group(AT)]
    for (const event of events) stage.intake.deliver(event)
    await stage.clock.settle()
    expect(settled(events)).toEqual([[], [], []])
    open()
    await stage.intake.idle()
    expect([stage.texts.length, looks, settled(events)]).toEqual([1, 2, [['done'], ['done'], ['done']]])
  })

  it('are not handled again when the first was answered, had by a handler, or failed', async () => {
    const handlers: ((stage: Stage) => unknown)[] = [
      ({ handlers }) => handlers.use(mentionOnly({ otherwise: async (ctx) => ctx.reply('please name me') })),
      ({ handlers }) => handlers.hears('hi there', async (ctx) => ctx.reply('hello')),
      ({ handlers }) => handlers.on('message', null, () => {}),
      ({ handlers }) =>
        handlers.use(() => {
          throw new Error('bang')
        }),
    ]
    for (const use of handlers) {
      const stage = new Stage()
      let runs = 0
      stage.handlers.catch(() => {})
      stage.handlers.use(async (_ctx, next) => {
        runs += 1
        await next()
      })
      use(stage)
      stage.handlers.on('message', null, async (ctx) => ctx.reply('too much'))
      for (const event of [group(PLAIN), group(AT)]) {
        stage.intake.deliver(event)
        await stage.intake.idle()
      }
      expect([runs, stage.texts]).toEqual([1, stage.texts.filter((text) => text !== 'too much')])
    }
  })

  it('are not handled again for a bot that only watches', async () => {
    const stage = new Stage()
    const seen: string[] = []
    stage.handlers.on('raw', null, (ctx) => seen.push(ctx.name))
    for (const name of [PLAIN, AT]) stage.intake.deliver(group(name))
    await stage.intake.idle()
    expect(seen).toEqual([PLAIN])
  })

  it('are heard once by batteries before the gate', async () => {
    const recent = history()
    const heard: string[][] = []
    const stage = stageOf(({ handlers, clock }) => {
      handlers.use(throttle({ limit: 2, window: 1000, clock }))
      handlers.use(recent)
      handlers.use(mentionOnly())
      handlers.use(async (ctx, next) => {
        heard.push(recent.of(ctx).map(({ text }) => text))
        await next()
      })
    })
    const said = [group(PLAIN), group(AT), group(PLAIN, { id: 'Y' }), group(AT, { id: 'Y' })]
    for (const event of said) {
      stage.intake.deliver(event)
      await stage.intake.idle()
    }
    expect(stage.texts).toHaveLength(2)
    expect(heard).toEqual([[], ['hi there', `${AT} true: hi there`]])
  })
})

describe('BT-12 several messages under one id', () => {
  it('are handled each, also when they say the same', async () => {
    const stage = stageOf()
    const index = (n: number | null) => ({
      message_scene: n === null ? {} : { ext: [`msg_idx=REFIDX_${n}`] },
    })
    for (const [order, handled] of [
      [[1, null, 2], 2],
      [[null, 1, 2], 2],
      [[1, 2, null], 2],
      [[1, 1, 1], 1],
      [[null, null], 1],
    ] as const) {
      const before = stage.texts.length
      const id = JSON.stringify(order)
      const events = order.map((n) => group(AT, { id, ...index(n) }))
      for (const event of events) stage.intake.deliver(event)
      await stage.intake.idle()
      expect([order, stage.texts.length - before]).toEqual([order, handled])
      expect(settled(events)).toEqual(events.map(() => ['done']))
    }
  })

  it('are two messages when a person says the same twice', async () => {
    const stage = stageOf()
    for (const event of [c2c('ok'), c2c('ok')]) stage.intake.deliver(event)
    await stage.intake.idle()
    expect(stage.texts).toHaveLength(2)
  })
})
