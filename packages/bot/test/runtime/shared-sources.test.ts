import { Intent } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { Bot, BotError } from '../../src/index.js'
import { history, memoryStateStore, session, throttle } from '../../src/middleware/index.js'
import { HandSource } from '../support/hand-source.js'

class SharedSource extends HandSource {
  readonly shared = true
}

const botWith = (source: HandSource, ...middleware: Parameters<Bot['use']>[0][]): Bot => {
  const bot = new Bot({ appId: '1', secret: 'x'.repeat(32), source, log: () => {} })
  for (const one of middleware) bot.use(one)
  return bot.on('message', () => {})
}

describe('BT-50 a source that several processes share', () => {
  it('BT-50 refuses middleware that remembers in one process alone, by name', async () => {
    const bot = botWith(
      new SharedSource(),
      history(),
      throttle({ limit: 1, window: 1000 }),
      session({ initial: () => 0 }),
    )
    const error = await bot.start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BotError)
    const { code, message, advice } = error as BotError
    expect([code, message.endsWith(': history, throttle, session')]).toEqual(['kept_in_process', true])
    expect(advice?.zh).toContain('store')
  })

  it('BT-50 refuses a key of conversations that is made of a context', async () => {
    const options = { appId: '1', secret: 'x'.repeat(32), log: () => {}, conversationKey: () => 'all' }
    for (const [source, code] of [
      [new SharedSource(), 'key_of_context'],
      [new HandSource(), undefined],
    ] as const) {
      const bot = new Bot({ ...options, source }).on('message', () => {})
      const running = bot.start()
      await bot.stop()
      const error = await running.catch((thrown: unknown) => thrown)
      expect((error as BotError | undefined)?.code).toBe(code)
    }
  })

  it('BT-50 takes it with a store, and one process takes it without', async () => {
    const store = memoryStateStore<never>()
    const shared = new SharedSource()
    const stored = [
      history({ store }),
      throttle({ limit: 1, window: 1000, store }),
      session({ initial: () => 0, store: memoryStateStore<number>() }),
    ]
    const own = new HandSource()
    for (const bot of [botWith(shared, ...stored), botWith(own, history())]) {
      const running = bot.start()
      await bot.stop()
      await running
    }
    expect([shared.runs, own.runs]).toEqual([1, 1])
  })

  it.each([
    ['intake', true],
    ['handler', false],
  ] as const)('RD-35 is told whether the bot acknowledges clicks: %s', async (interactionAck, does) => {
    const source = new SharedSource()
    const bot = new Bot({ appId: '1', secret: 'x'.repeat(32), source, interactionAck, log: () => {} })
    const running = bot.start()
    await bot.stop()
    await running
    expect(source.ranWith.acknowledge !== undefined).toBe(does)
  })

  it('BT-50 is told for which handlers no event comes by given intents', async () => {
    const source = new SharedSource()
    const bot = new Bot({ appId: '1', secret: 'x'.repeat(32), source, log: () => {} })
    bot.on('message', () => {}).on('interaction', () => {})
    const running = bot.start()
    await bot.stop()
    await running
    const { unheard } = source.ranWith
    expect(unheard?.(Intent.GROUP_AND_C2C_EVENT)).toEqual([{ event: 'interaction', intent: 'INTERACTION' }])
    expect(unheard?.(Intent.GROUP_AND_C2C_EVENT | Intent.INTERACTION)).toEqual([])
  })
})
