/** Groups and channels of which the bot receives everything, against the platform in every position of its switches. */
import { afterEach, describe, expect, it } from 'vitest'

import { scene, type BotOptions } from '../../src/index.js'
import { mentionOnly } from '../../src/middleware/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

const ADDRESS = 'http://bot.invalid/qq'

describe('a bot that receives all messages', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  const start = async (source: 'gateway' | 'webhook', live: object, options: Partial<BotOptions> = {}) => {
    stage = memoryBot({ source, ...options }, { live, bot: { privateDomain: true } })
    const { bot, sim, settle } = stage
    if (source === 'webhook') {
      sim.listen(ADDRESS, async (request) => bot.webhook.fetch(request))
      sim.changeBot({ webhook: ADDRESS })
    }
    bot.use(mentionOnly())
    bot.command('echo', async (ctx) => ctx.reply(`echo ${ctx.args.join('+')}`))
    bot.on('message', scene('group', 'channel'), async (ctx) => ctx.reply(`heard ${ctx.text}`))
    void bot.start()
    await settle(1000)
    sim.group('room').hearAll()
  }

  const positions = (['gateway', 'webhook'] as const).flatMap((source) =>
    (['one', 'both'] as const).flatMap((fullModeEvents) =>
      (['kept', 'removed'] as const).map((ownMention) => ({ source, fullModeEvents, ownMention })),
    ),
  )

  it.each(positions)(
    'BT-15 BT-12 answers an @ once, and a command behind one: %j',
    async ({ source, ...live }) => {
      await start(source, live)
      const { sim, said, settle } = stage
      const bob = sim.group('room').user('bob')
      bob.say('hello')
      bob.say('/echo a b')
      bob.say('<@C9C9> /echo c')
      bob.say('not for you', { at: false })
      bob.say('/echo not for you', { at: false })
      await settle(1000)
      expect(said()).toEqual(['heard hello', 'echo a+b', 'echo c'].map((text) => `group room reply: ${text}`))
    },
  )

  it.each(positions)(
    'BT-12 answers it once when the plain event comes first, and tells nothing: %j',
    async ({ source, ...live }) => {
      await start(source, live)
      const { sim, said, settle } = stage
      if (source === 'gateway') sim.faults.add({ on: 'event', times: 'forever', do: { kind: 'reorder' } })
      const bob = sim.group('room').user('bob')
      for (const text of ['1', '2']) bob.say(text, { without: ['mentions'] })
      await settle(1000)
      bob.say('3', { without: ['mentions'] })
      await settle(1000)
      const heard = said().map((text) => text.split('heard ')[1])
      // With one event and no mention nobody can tell; with two the other one does.
      expect(new Set(heard)).toEqual(live.fullModeEvents === 'both' ? new Set(['1', '2', '3']) : new Set())
    },
  )

  it.each(['gateway', 'webhook'] as const)(
    'BT-12 tells apart what only shares an id, over the %s',
    async (source) => {
      await start(source, {})
      const { sim, said, settle } = stage
      const bob = sim.group('room').user('bob')
      bob.say('one', { id: 'SAME', index: 'REFIDX_1' })
      bob.say('two', { id: 'SAME', index: 'REFIDX_2', copies: 2 })
      bob.say('two', { id: 'SAME', index: 'REFIDX_3' })
      bob.say('one', { id: 'SAME', index: 'REFIDX_1' })
      await settle(1000)
      expect(said()).toEqual(['one', 'two', 'two'].map((text) => `group room reply: heard ${text}`))
    },
  )

  it('BT-12 answers an @ in a channel of a private bot once, in whatever order its two events come', async () => {
    for (const order of ['as they are', 'the other way'] as const) {
      await start('gateway', {}, { permissions: ['GUILD_MESSAGES'] })
      const { sim, said, settle } = stage
      if (order === 'the other way') sim.faults.add({ on: 'event', do: { kind: 'reorder' } })
      sim.channel('general').user('cat').say('hi')
      sim.channel('general').user('cat').say('not for you', { at: false })
      await settle(1000)
      expect(said()).toEqual(['channel general reply: heard hi'])
      const names = sim.log
        .of('frame')
        .flatMap(({ text }) => /"t":"((?:AT_)?MESSAGE_CREATE)"/.exec(text)?.[1] ?? [])
      const both = ['AT_MESSAGE_CREATE', 'MESSAGE_CREATE']
      expect(names.slice(0, 2)).toEqual(order === 'as they are' ? both : both.toReversed())
      if (order === 'as they are') await stage.close()
    }
  })
})
