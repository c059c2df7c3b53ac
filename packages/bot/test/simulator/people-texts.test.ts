/** What the bot itself says to people: Chinese, and replaced in one place. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions, markdown } from '../../src/index.js'
import { deny, errorReply, throttle } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const made =
  (texts: BotOptions['texts']) =>
  (options: BotOptions): Bot =>
    new Bot({ ...options, ...(texts && { texts }), log: false })
      .use(deny({ when: (ctx) => ctx.event === 'message' && ctx.text === 'let me in', otherwise: 'reply' }))
      .use(throttle({ limit: 4, window: 60_000, onLimit: 'reply' }))
      .use(errorReply())
      .command('roll', { usage: '<dice>', args: v.object({ dice: v.string() }) }, (ctx) => ctx.reply('6'))
      .command('fail', () => Promise.reject(new Error('out of tea')))
      .help()

const OURS: NonNullable<BotOptions['texts']> = {
  usage: ({ usages, problems }) => `${problems.length} wrong, write ${usages.join(' or ')}`,
  help: ({ commands }) => markdown(commands.map(({ usage }) => `- ${usage}`).join('\n')),
  failed: ({ error }) => `Sorry: ${(error as Error).message}`,
  limited: ({ retryAfter }) => `Wait ${retryAfter} ms.`,
  denied: 'Members only.',
}

describe.each(everyScene)('BT-48 the words of the bot in %s over the %s', (...where) => {
  it('are Chinese', async () => {
    await talk(where, made(undefined), async (person) => {
      await person.say('/roll').expect('缺少参数：dice\n用法：/roll <dice>')
      await person.say('/help').expect('可用指令：\n/roll <dice>\n/fail\n/help')
      await person.say('/fail').expect('出错了，请稍后再试。')
      await person.say('let me in').expect('抱歉，你没有使用权限。')
      await person.say('/roll 1').expect('6')
      await person.say('/roll 1').expect(/^操作太频繁，请 \d+ 秒后再试。$/)
    })
  })

  it('are replaced in one place', async () => {
    await talk(where, made(OURS), async (person) => {
      await person.say('/roll').expect('1 wrong, write /roll <dice>')
      await person.say('/help').expect('- /roll <dice>\n- /fail\n- /help')
      await person.say('/fail').expect('Sorry: out of tea')
      await person.say('let me in').expect('Members only.')
      await person.say('/roll 1').expect('6')
      await person.say('/roll 1').expect(/^Wait \d+ ms\.$/)
    })
  })

  it('are none where a text is null', async () => {
    const silent = { usage: null, help: null, failed: null, limited: null, denied: null }
    await talk(where, made(silent), async (person) => {
      for (const text of ['/roll', '/help', '/fail', 'let me in', '/roll 1'])
        await person.say(text).expectReplies(text === '/roll 1' ? 1 : 0)
    })
  })
})

describe('BT-48 the option texts', () => {
  const bot = (texts: unknown): Bot => new Bot({ appId: '1', secret: 's', texts } as BotOptions)

  it.each([
    [{ usage: 7 }, 'texts.usage'],
    [{ limits: 'x' }, 'texts.limits'],
    ['短一点', 'texts'],
  ])('tells what is wrong: %j', (texts, path) => {
    expect(() => bot(texts)).toThrow(expect.objectContaining({ path }))
  })

  it('is refused at the first use where a function is async', async () => {
    const errors: unknown[] = []
    const asked = (options: BotOptions): Bot =>
      new Bot({ ...options, texts: { help: (async () => 'later') as never } })
        .help()
        .catch((error) => errors.push(error))
    await talk(['c2c', 'gateway'], asked, async (person) => {
      await person.say('/help').expectNothing()
    })
    expect(errors).toMatchObject([{ code: 'not_at_once', message: expect.stringContaining('texts.help') }])
  })
})
