/** What people see where a handler passes on the text of a language model. */
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions, markdown, mention, type TextSource } from '../../src/index.js'
import { sanitizer } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'

/** As `ai` streams an answer. */
const PIECES = [
  { type: 'text-delta', text: '<think>hm</think>I look. ' },
  { type: 'tool-call', toolName: 'weather' },
  { type: 'text-delta', text: 'Sunny.' },
]

const ANSWER =
  '<think>\nWhich <cup>?\n</think>\n\nTea, @everyone: `<think>` <tool_call>{"name":"boil"}</tool_call>now.<|im_end|>'
const SHOWN = 'Tea, ＠everyone: `<think>` now.'

async function* tokens(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 3) yield text.slice(at, at + 3)
}
async function* growing(text: string): AsyncGenerator<string> {
  for (let at = 3; at < text.length + 3; at += 3) yield text.slice(0, at)
}
const writing: TextSource = (write) => {
  for (const part of ANSWER.split(/(?<=e)/)) write(part)
}

const modelBot = (options: BotOptions): Bot =>
  new Bot(options)
    .use(sanitizer({ domains: ['example.com'] }))
    .command('stream', (ctx) => ctx.stream(tokens(ANSWER), { markdown: true }))
    .command('grow', (ctx) => ctx.stream(growing(ANSWER), { mode: 'replace' }))
    .command('write', (ctx) => ctx.stream(writing))
    .command('tools', (ctx) => ctx.stream(PIECES, { tool: (name) => `(${name})` }))
    .command('map', (ctx) => ctx.stream([{ t: ANSWER }], { text: ({ t }) => t }))
    .command('reply', (ctx) => ctx.reply(`<think>x</think>${String(mention(ctx.author))} tea`))
    .command('card', (ctx) => ctx.reply(markdown('<think>x</think>**tea**')))
    .command('links', (ctx) => ctx.reply({ content: 'https://example.com/a https://evil.com/a' }))
    .command('first', async (ctx) => void (await ctx.send('<think>x</think>tea')))
    .command('silent', async (ctx) => {
      const { kind } = await ctx.stream(tokens('<think>all of it'))
      await ctx.reply(kind)
    })

describe.each(everyScene)('BT-52 a sanitizer in %s over the %s', (...where) => {
  const [scene] = where

  it('cleans streams of every form', async () => {
    await talk(where, modelBot, async (person) => {
      for (const command of ['/stream', '/grow', '/write', '/map']) await person.say(command).expect(SHOWN)
      await person.say('/tools').expect('I look. \n(weather)\nSunny.')
      await person.say('/silent').expect('empty')
    })
  })

  it('cleans replies, cards and later messages, and leaves mentions of the handler', async () => {
    await talk(where, modelBot, async (person) => {
      const [reply] = await person.say('/reply').expectReplies(1)
      expect(reply!.content).toMatch(/tea$/)
      expect(reply!.content.includes('think')).toBe(false)
      expect(/<(?:@|qqbot-at-user)/.test(reply!.content)).toBe(true)
      await person.say('/card').expect('**tea**')
      await person.say('/first').expect('tea')
    })
  })

  it('takes addresses apart where the platform refuses them', async () => {
    await talk(where, modelBot, async (person) => {
      await person
        .say('/links')
        .expect(`https://example.com/a ${scene === 'c2c' ? 'https://evil.com/a' : 'evil．com/a'}`)
    })
  })
})

describe('BT-52 a sanitizer', () => {
  it('ends a stream whose source fails, with what was shown', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'half <thi'
      throw new Error('out of tea')
    }
    const errors: unknown[] = []
    const made = (options: BotOptions): Bot =>
      new Bot(options)
        .use(sanitizer())
        .on('message', async (ctx) => void (await ctx.stream(failing())))
        .catch((error) => errors.push(error))
    await talk(['c2c', 'gateway'], made, async (person) => {
      await person.say('hi').expect('half <thi')
    })
    expect(errors).toMatchObject([{ message: 'out of tea' }])
  })

  it('tells wrong options', () => {
    expect(() => sanitizer({ domains: 'example.com' } as never)).toThrow('domains')
    expect(() => sanitizer({ links: [] } as never)).toThrow('links')
  })
})
