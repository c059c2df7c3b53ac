/** What people reach for in a conversation, in every scene and over both transports: each feature with a bot, and what a person says to it. */
import type { Clock } from '@qqkit/core'
import type { Desk, DeskBotOptions } from '@qqkit/simulator/testing'
import * as v from 'valibot'
import { describe, it } from 'vitest'

import { AskError, asking, dialogue } from '../../src/asking/index.js'
import { Composer } from '../../src/composer/index.js'
import { control } from '../../src/control/index.js'
import { Bot, scene } from '../../src/index.js'
import { history, memoryStateStore, session } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'

type Options = DeskBotOptions & { readonly source: 'gateway' | 'webhook' }
type Conversation = Parameters<typeof talk>[2]
type Person = Parameters<Conversation>[0]

/** One feature, and a conversation that shows it in every scene. */
interface TalkingFeature {
  readonly make: (options: Options) => Bot
  readonly talk: (person: Person, scene: string, desk: Desk) => Promise<void>
}

/** Resolves after some ms; rejects when the signal aborts. */
const pause = async (clock: Clock | undefined, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = clock!.setTimer(ms, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      reject(signal.reason as Error)
    })
  })

const chat = (bot: Bot): Bot => bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))

/** Presses a button where the scene has them, says its label elsewhere. */
const choose = (person: Person, where: string, label: string) =>
  where === 'dm' ? person.say(label) : person.press(label)

const completion = (delta: object): object => ({ choices: [{ index: 0, delta }] })

/** `Let me see.`, a call of the tool `weather`, and `Sunny.`, as each library streams it. */
const MODELS: Readonly<Record<string, readonly object[]>> = {
  ai: [
    { type: 'start' },
    { type: 'reasoning-delta', id: '0', text: 'hm' },
    { type: 'text-delta', id: '1', text: 'Let me ' },
    { type: 'text-delta', id: '1', text: 'see.' },
    { type: 'tool-call', toolCallId: 'c', toolName: 'weather', input: {} },
    { type: 'tool-result', toolCallId: 'c', toolName: 'weather', output: 'sun' },
    { type: 'text-delta', id: '2', text: 'Sunny.' },
    { type: 'finish' },
  ],
  openai: [
    completion({ role: 'assistant', content: '' }),
    completion({ content: 'Let me see.' }),
    completion({ tool_calls: [{ index: 0, function: { name: 'weather', arguments: '' } }] }),
    completion({ content: 'Sunny.' }),
    { choices: [], usage: { total_tokens: 3 } },
  ],
  'openai responses': [
    { type: 'response.output_text.delta', delta: 'Let me see.' },
    { type: 'response.output_item.added', item: { type: 'function_call', name: 'weather' } },
    { type: 'response.output_text.delta', delta: 'Sunny.' },
    { type: 'response.completed', response: {} },
  ],
  LangChain: [
    { type: 'ai', content: 'Let me see.' },
    { type: 'ai', content: '', tool_call_chunks: [{ name: 'weather', args: '', index: 0 }] },
    { type: 'tool', content: 'sun' },
    { type: 'ai', content: [{ type: 'text', text: 'Sunny.' }] },
  ],
  Anthropic: [
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Let me see.' } },
    { type: 'content_block_start', content_block: { type: 'tool_use', name: 'weather' } },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Sunny.' } },
  ],
}

const streamOf = (pieces: readonly object[]): TalkingFeature => ({
  make: (options) => {
    const bot = new Bot(options)
    const model = async function* answer(signal: AbortSignal): AsyncGenerator<{ readonly type: string }> {
      for (const piece of pieces) {
        yield piece as { readonly type: string }
        await pause(options.clock, 300, signal)
      }
    }
    bot.on('message', async (ctx) => {
      const { kind } = await ctx.stream(model(ctx.signal), { tool: (name) => `🔧 ${name}` })
      await ctx.reply(kind)
    })
    return bot
  },
  talk: async (person, where) => {
    const asked = person.say('weather?')
    await asked.expect('Let me see.\n🔧 weather\nSunny.')
    await asked.expect(where === 'c2c' ? 'streamed' : 'sent')
  },
})

/** A model that writes a word each second, for ever. */
const talker = async function* words(clock: Clock | undefined, signal: AbortSignal): AsyncGenerator<string> {
  for (let word = 1; ; word += 1) {
    yield `word ${word} `
    await pause(clock, 1000, signal)
  }
}

const features: Readonly<Record<string, TalkingFeature>> = {
  'AS-01 questions, with commands meanwhile': {
    make: (options) => {
      const bot = new Bot(options).use(asking())
      bot.command('weather', async (ctx) => {
        const city = await ctx.ask('Which city?')
        const days = await city.ask('How many days?')
        await days.reply(`${city.text} for ${days.text} days`)
      })
      bot.command('ping', (ctx) => ctx.reply('pong'))
      return chat(bot)
    },
    talk: async (person) => {
      await person.say('/weather').expect('Which city?')
      await person.say('/ping').expect('pong')
      await person.say('Beijing').expect('How many days?')
      await person.say('3').expect('Beijing for 3 days')
      await person.say('3').expect('chat: 3')
    },
  },
  'AS-01 questions that are cancelled by a word, or time out': {
    make: (options) => {
      const bot = new Bot(options).use(asking({ cancel: '取消' }))
      bot.command('weather', async (ctx) => (await ctx.ask('Which city?')).reply('fine'))
      return chat(bot)
    },
    talk: async (person, where, desk) => {
      await person.say('/weather').expect('Which city?')
      await person.say('取消').expect('已取消。')
      await person.say('/weather').expect('Which city?')
      await desk.advance(4 * 60_000)
      await person.say('Beijing').expect('fine')
      await person.say('/weather').expect('Which city?')
      await desk.advance(6 * 60_000)
      if (where === 'c2c') await person.expect('等待回答超时，已取消。')
      await person.say('Beijing').expect('chat: Beijing')
    },
  },
  'AS-01 choices by a button where the scene has them, by label and by number': {
    make: (options) => {
      const bot = new Bot(options).use(asking())
      bot.command('delete', async (ctx) => {
        const answer = await ctx.choose('Delete?', { yes: '删除', no: '保留' })
        await answer.reply(answer.choice === 'yes' ? 'deleted' : 'kept')
      })
      return chat(bot)
    },
    talk: async (person, where, desk) => {
      if (where === 'dm') {
        await person.say('/delete').expect('Delete?\n请回复序号或文字：\n1. 删除\n2. 保留')
      } else {
        await person.say('/delete').expect({ content: 'Delete?', buttons: ['删除', '保留'] })
        const pressed = person.press('删除')
        await pressed.expectAck(0)
        await pressed.expect('deleted')
        person.say('/delete')
        await person.expect({ buttons: ['删除', '保留'] })
        await desk.advance(6 * 60_000)
        if (where === 'c2c') await person.expect('等待回答超时，已取消。')
        const late = person.press('删除')
        await late.expectAck(0)
        await late.expect('这个问题已经结束。')
        person.say('/delete')
        await person.expect({ buttons: ['删除', '保留'] })
      }
      await person.say('删除').expect('deleted')
      await person.say('/delete').expectReplies(1)
      await person.say('２').expect('kept')
    },
  },
  'AS-11 a dialogue; what does not fit is said, commands go their way': {
    make: (options) => {
      const bot = new Bot(options)
      const booking = dialogue('booking', { store: memoryStateStore() })
        .ask('city', 'Which city?')
        .ask(
          'nights',
          'How many nights?',
          v.pipe(v.string(), v.digits('A number, please.'), v.transform(Number)),
        )
        .choose('sure', ({ city, nights }) => `${nights} nights in ${city}?`, ['yes', 'no'])
        .end(async (ctx, { city, nights, sure }) => ctx.reply(`${sure}: ${nights} in ${city}`))
      bot.use(booking)
      bot.command('book', async (ctx) => booking.begin(ctx))
      bot.command('ping', (ctx) => ctx.reply('pong'))
      return chat(bot)
    },
    talk: async (person, where) => {
      await person.say('/book').expect('Which city?')
      await person.say('/ping').expect('pong')
      await person.say('Beijing').expect('How many nights?')
      await person.say('many').expect('A number, please.')
      await person.say('3').expect({ content: /^3 nights in Beijing\?/ })
      await person.say('perhaps').expect('chat: perhaps')
      const chosen = choose(person, where, 'yes')
      if (where !== 'dm') await chosen.expectAck(0)
      await chosen.expect('yes: 3 in Beijing')
      await person.say('yes').expect('chat: yes')
    },
  },
  'CT-01 /stop, which ends what runs, past its queue, and says where nothing does': {
    make: (options) => {
      const bot = new Bot({ ...options, concurrency: 2 })
      bot.use(control())
      bot.on('message', async (ctx) => {
        await ctx.reply(ctx.text === 'think' ? 'thinking' : `chat: ${ctx.text}`)
        if (ctx.text === 'think') await pause(options.clock, 60_000, ctx.signal)
      })
      return bot
    },
    talk: async (person) => {
      await person.say('/stop').expect('当前没有正在进行的任务。')
      await person.say('think').expect('thinking')
      await person.say('/停止').expect('已停止。')
      await person.say('hello').expect('chat: hello')
      await person.say('/stop').expect('当前没有正在进行的任务。')
    },
  },
  'CT-01 /stop in the middle of a stream': {
    make: (options) => {
      const bot = new Bot(options)
      bot.use(control())
      bot.command('tell', (ctx) => ctx.stream(talker(options.clock, ctx.signal)))
      return chat(bot)
    },
    talk: async (person, where, desk) => {
      const told = person.say('/tell')
      await desk.advance(2500)
      const stopped = person.say('/stop')
      if (where === 'c2c') await told.expect({ content: /^word 1 word 2/ })
      await stopped.expect('已停止。')
      await person.say('hi').expect('chat: hi')
      await told.expectNothing()
    },
  },
  'CT-03 /new during a stream, which forgets the conversation': {
    make: (options) => {
      const bot = new Bot(options)
      const turns = session({ initial: () => ({ turns: 0 }) })
      const recent = history()
      bot.use(control({ forget: [turns, recent] }))
      bot.use(turns, recent)
      bot.command('tell', async (ctx) => ctx.stream(talker(options.clock, ctx.signal)))
      bot.on('message', (ctx) => ctx.reply(`${++turns.of(ctx).turns} ${recent.of(ctx).length}`))
      return bot
    },
    talk: async (person, where, desk) => {
      await person.say('a').expect('1 0')
      await person.say('b').expect('2 2')
      const told = person.say('/tell')
      await desk.advance(1500)
      const renewed = person.say('/new')
      if (where === 'c2c') await told.expect({ content: /^word 1/ })
      await renewed.expect('已开始新的对话。')
      await person.say('c').expect('1 0')
    },
  },
  'CT-01 approval of a tool in the middle of a stream, and what comes without it': {
    make: (options) => {
      const bot = new Bot(options).use(control()).use(asking({ timeout: 60_000 }))
      bot.command('wipe', async (ctx) => {
        const answer = async function* agent(): AsyncGenerator<string> {
          yield 'One moment.\n'
          try {
            const { choice } = await ctx.choose('Wipe it?', { yes: '同意', no: '拒绝' })
            yield choice
          } catch (error) {
            if (!AskError.is(error) || error.code !== 'question_timed_out') throw error
            yield 'no answer'
          }
        }
        await ctx.stream(answer())
      })
      return chat(bot)
    },
    talk: async (person, where, desk) => {
      for (const [label, said] of [
        ['同意', 'yes'],
        ['拒绝', 'no'],
      ] as const) {
        const wiped = person.say('/wipe')
        await person.expect({ content: /^Wipe it\?/ })
        const chosen = choose(person, where, label)
        if (where !== 'dm') await chosen.expectAck(0)
        await wiped.expect(`One moment.\n${said}`)
      }
      const wiped = person.say('/wipe')
      await person.expect({ content: /^Wipe it\?/ })
      await person.say('/stop').expect('已停止。')
      if (where === 'c2c') await wiped.expect('One moment.\n')
      person.say('/wipe')
      await person.expect({ content: /^Wipe it\?/ })
      await desk.advance(61_000)
      await person.expect('One moment.\nno answer')
      await person.say('yes').expect('chat: yes')
    },
  },
  'BT-42 composers, with what their middleware adds and filters by scene': {
    make: (options) => {
      const bot = new Bot(options)
      const counting = new Composer().extend({ count: session({ initial: () => ({ turns: 0 }) }) })
      for (const one of ['c2c', 'group', 'channel', 'dm'] as const)
        counting.filter(scene(one)).command('count', (ctx) => ctx.reply(`${ctx.scene} ${++ctx.count.turns}`))
      bot.use(counting)
      return chat(bot)
    },
    talk: async (person, where) => {
      await person.say('/count').expect(`${where} 1`)
      await person.say('/count').expect(`${where} 2`)
      await person.say('hi').expect('chat: hi')
    },
  },
  ...Object.fromEntries(
    Object.entries(MODELS).map(([name, pieces]) => [`BT-06 a stream of ${name}`, streamOf(pieces)]),
  ),
}

describe.each(Object.entries(features))('%s', (_name, { make, talk: converse }) => {
  it.each(everyScene)('in %s over the %s', async (...where) => {
    await talk(where, make, async (person, desk) => converse(person, where[0], desk))
  })
})
