/** What a newcomer gets wrong, and the one error that says what to do, in Chinese where the environment says so. */
import { QqkitError, type LogSink } from '@qqkit/core'
import { combineIntents } from '@qqkit/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import {
  Bot,
  scene,
  stderrSink,
  type BotOptions,
  type EventName,
  type MessageContext,
} from '../../src/index.js'
import { thrownBy } from '../support/catcher.js'
import { c2c } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'
import { pushOf } from '../support/push.js'

const credentials = { appId: '102000001', secret: 'tst-secret-0001' }
const make = (options: object): Bot => new Bot(options as BotOptions)
const quiet = (): Bot => new Bot({ ...credentials, log: false })
const nothing = undefined as never

/** What every bot may ask for, more or less. */
const GRANTED = combineIntents([
  'GROUP_AND_C2C_EVENT',
  'PUBLIC_GUILD_MESSAGES',
  'DIRECT_MESSAGE',
  'MESSAGE_AUDIT',
  'INTERACTION',
])

describe('a mistake in the code', () => {
  it.each<readonly [string, () => unknown, string, RegExp, RegExp]>([
    ['no options', () => make(nothing), 'invalid_options', /appId, secret/, /检查/],
    [
      'no secret',
      () => make({ appId: '102000001' }),
      'invalid_options',
      /"secret".*environment variable set/,
      /AppSecret.*环境变量/,
    ],
    ['no AppID', () => make({ secret: 'x' }), 'invalid_options', /"appId".*digits/, /复制 AppID/],
    [
      'an AppID that is a number',
      () => make({ ...credentials, appId: 102_000_001 }),
      'invalid_options',
      /digits as text/,
      /以字符串传入/,
    ],
    [
      'id and secret swapped',
      () => make({ appId: credentials.secret, secret: credentials.appId }),
      'invalid_options',
      /look swapped/,
      /互换/,
    ],
    [
      'an intent that does not exist',
      () => make({ ...credentials, intents: ['GROUPS'] }),
      'invalid_options',
      /GROUP_AND_C2C_EVENT/,
      /permissions/,
    ],
    [
      'MT-01 credentials from variables that are not set',
      () => make({ appId: process.env['QQKIT_NO_SUCH_VARIABLE'], secret: '' }),
      'invalid_options',
      /"appId".*is the environment variable set\?\); received undefined/,
      /所读取的环境变量/,
    ],
    [
      'MT-02 an intent that is nearly right',
      () => make({ ...credentials, intents: ['GUILDS', 'GUILD_MEMBER'] }),
      'invalid_options',
      /"intents.1".*did you mean "GUILD_MEMBERS"\?.*received "GUILD_MEMBER"/,
      /permissions/,
    ],
    [
      'MT-02 a permission that is nearly right',
      () => make({ ...credentials, permissions: ['FORUM_EVENT'] }),
      'invalid_options',
      /"permissions.0".*did you mean "FORUMS_EVENT"/,
      /intent/,
    ],
    [
      'a misspelt option',
      () => make({ ...credentials, prefx: '/' }),
      'invalid_options',
      /"prefx".*no such/,
      /prefx/,
    ],
    [
      'MT-02 a misspelt event',
      () => quiet().on('mesage' as EventName, () => {}),
      'unknown_event',
      /mesage \(did you mean "message"\?\)/,
      /'message'/,
    ],
    [
      'a message by the name on the wire',
      () => quiet().on('GROUP_AT_MESSAGE_CREATE' as EventName, () => {}),
      'unknown_event',
      /GROUP_AT_MESSAGE_CREATE/,
      /scene\('group'\)/,
    ],
    [
      'MT-02 a misspelt event of the platform',
      () => quiet().on('FREIND_ADD' as EventName, () => {}),
      'unknown_event',
      /FREIND_ADD \(did you mean "FRIEND_ADD"\?\)/,
      /'raw'/,
    ],
    [
      'MT-02 a misspelt scene',
      () => scene('chanel' as 'channel'),
      'unknown_scene',
      /chanel \(did you mean "channel"\?\)/,
      /'channel'/,
    ],
    ['no handler', () => quiet().on('message', nothing), 'no_handler', /function/, /处理函数/],
    [
      'no handler behind a filter',
      () => quiet().on('message', () => true, nothing),
      'no_handler',
      /function/,
      /处理函数/,
    ],
    [
      'a command without handler',
      () => quiet().command('ping', nothing),
      'no_handler',
      /function/,
      /处理函数/,
    ],
    [
      'a command with its prefix',
      () => quiet().command('/ping', () => {}),
      'bad_command_name',
      /"\/ping"/,
      /前缀/,
    ],
    [
      'a command of two words, too far apart',
      () => quiet().command('say  hi', () => {}),
      'bad_command_name',
      /"say {2}hi"/,
      /空格/,
    ],
    [
      'a webhook without the source',
      () => quiet().webhook,
      'no_webhook',
      /no webhook source/,
      /source: 'webhook'/,
    ],
  ])('%s', (_what, act, code, message, zh) => {
    const error = thrownBy(act)
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      advice: {
        en: expect.stringMatching(/\w/) as string,
        zh: expect.stringMatching(zh) as string,
      },
    })
    expect(String(error)).not.toContain(credentials.secret)
  })

  it('registering while it runs', async () => {
    const bot = new Bot({ ...credentials, source: new HandSource(), log: false })
    void bot.start()
    expect(thrownBy(() => bot.on('message', () => {}))).toMatchObject({
      code: 'registered_after_start',
      advice: { zh: expect.stringContaining('bot.start()') as string },
    })
    await bot.stop()
  })

  it('ST-04 start twice is the same run, and no mistake', async () => {
    const bot = new Bot({ ...credentials, source: new HandSource(), log: false })
    expect(bot.start()).toBe(bot.start())
    await bot.stop()
  })
})

describe('a mistake that shows when the bot runs', () => {
  let lines: string[]
  let stage: MemoryBot
  const log = (): LogSink =>
    stderrSink({ level: 'warn', env: { LANG: 'zh_CN.UTF-8' }, write: (line) => lines.push(line) })

  beforeEach(() => {
    lines = []
  })
  afterEach(async () => {
    await stage.close()
  })

  const start = async (options: Partial<BotOptions>, register: (bot: Bot) => void): Promise<void> => {
    stage = memoryBot(
      { log: log(), language: 'zh', ...options },
      { bot: { intents: GRANTED }, live: { refusedIntents: 'close_4014' } },
    )
    register(stage.bot)
    void stage.bot.start()
    await stage.settle(60_000)
  }
  const echo = (bot: Bot): void => void bot.on('message', async (ctx) => ctx.reply(ctx.text))

  /** All that a person reads on stderr. */
  const expectOneLine = (...parts: readonly RegExp[]): void => {
    expect(lines).toHaveLength(1)
    for (const part of parts) expect(lines[0]).toMatch(part)
    // Wholly in one language: three English words in a row are a sentence.
    expect(
      lines[0]?.replace(/invalid appid or secret|appid invalid|msg limit exceed|intents not permitted/, ''),
    ).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
    expect(lines[0]).not.toContain(credentials.secret)
  }

  it('no handlers at all', async () => {
    await start({}, () => {})
    expectOneLine(/error: 机器人已停止/, /请先注册处理函数/)
  })

  it('a wrong secret', async () => {
    await start({ secret: credentials.secret }, echo)
    expectOneLine(/error: 机器人已停止/, /AppSecret/, /[一-龥]/)
  })

  it('an unknown AppID', async () => {
    await start({ appId: '102999999' }, echo)
    expectOneLine(/error: 机器人已停止/, /AppID/, /[一-龥]/)
  })

  it('BT-10 intents that the bot does not have', async () => {
    await start({ intents: ['GROUP_AND_C2C_EVENT', 'GUILD_MESSAGES'] }, echo)
    expectOneLine(/error: 机器人已停止/, /GUILD_MESSAGES（需要权限）.GROUP/, /管理端申请/)
  })

  it('BT-10 a handler that will hear nothing', async () => {
    await start({}, (bot) => bot.on('message', () => {}).on('GROUP_MEMBER_ADD', () => {}))
    expectOneLine(/warn: GROUP_MEMBER_ADD 的处理函数/, /GROUP_MEMBER_EVENT/, /permissions/)
  })

  it('MT-04 intents that miss a handler', async () => {
    await start({ intents: ['INTERACTION'] }, (bot) =>
      bot.on('message', () => {}).on('interaction', () => {}),
    )
    expectOneLine(/warn: .*message/, /GROUP_AND_C2C_EVENT/, /intents 选项/)
    expect(stage.bot.status()).toMatchObject({
      state: 'ready',
      reason: '正在接收事件，但没有 message 处理函数所需的事件',
      advice: { zh: expect.stringContaining('GROUP_AND_C2C_EVENT') as string },
    })
  })

  it('MT-04 a handler that was registered between two starts', async () => {
    await start({ intents: combineIntents(['GROUP_AND_C2C_EVENT']) }, echo)
    expect(lines).toEqual([])
    expect(stage.bot.status()).toMatchObject({ state: 'ready', advice: null })
    await stage.bot.stop()
    stage.bot.on('interaction', () => {})
    void stage.bot.start()
    await stage.settle(60_000)
    expectOneLine(/warn: .*interaction/, /'INTERACTION'/)
  })

  const say = async (reply: (ctx: MessageContext) => unknown, prepare = (): void => {}): Promise<void> => {
    await start({}, (bot) => bot.on('message', reply))
    prepare()
    stage.sim.user('ann').say('hi')
    await stage.settle(10_000)
  }
  const unwelcome = (): void => void stage.sim.user('ann').refuse()
  const more = async (ctx: MessageContext): Promise<void> => {
    for (let n = 1; n <= 5; n += 1) await ctx.reply(String(n))
  }

  it('BT-05 replying again when the budget is used up, to someone who wants no proactive messages', async () => {
    await say(more, unwelcome)
    const [, ...others] = lines
    expect(others).toHaveLength(1)
    lines = others
    expectOneLine(/error: C2C_MESSAGE_CREATE 的处理函数出错/, /22009/, /[一-龥]{4}/)
  })

  it('a failed reply that is not awaited', async () => {
    await say((ctx) => void ctx.reply(''))
    expectOneLine(/没有代码等待其结果/, /await ctx\.reply/, /为空/)
  })

  it('BT-03 next() called twice', async () => {
    await start({}, (bot) => {
      bot.use(async (ctx, next) => {
        await next()
        if (ctx.event === 'message') await next()
      })
      echo(bot)
    })
    stage.sim.user('ann').say('hi')
    await stage.settle()
    expectOneLine(/两次 next\(\)/, /最多调用一次/)
  })

  it('BT-03 a reply to an event that accepts none', async () => {
    await start({}, (bot) => bot.on('FRIEND_DEL', async (ctx) => ctx.reply('bye')))
    stage.sim.user('ann').unfriend()
    await stage.settle()
    expectOneLine(/不能回复：FRIEND_DEL/, /bot\.send/)
  })

  it('an unsigned call of the webhook', async () => {
    await start({ source: 'webhook' }, echo)
    const body = '{"op":0,"t":"C2C_MESSAGE_CREATE","d":{}}'
    const headers = { 'content-type': 'application/json' }
    const answer = await stage.bot.webhook.fetch(
      new Request('https://bot.example/', { method: 'POST', body, headers }),
    )
    expect(answer.status).toBe(401)
    expectOneLine(/webhook 请求，状态码 401/, /缺少签名请求头/, /签名/)
  })

  it('WH-01 a forged call of the webhook', async () => {
    await start({ source: 'webhook' }, echo)
    const { sim, clock, bot } = stage
    const forger = { appId: sim.credentials.appId, secret: 'guessed' }
    const answer = await bot.webhook.fetch(pushOf(c2c('hi').frame, forger, clock.wall()))
    expect(answer.status).toBe(401)
    expectOneLine(/401/, /签名与请求体不符/, /确认 secret/)
  })

  it('a server that takes calls before the bot is started', async () => {
    stage = memoryBot({ source: 'webhook', log: log() })
    const { sim, clock, bot } = stage
    const answer = await bot.webhook.fetch(pushOf(c2c('hi').frame, sim.credentials, clock.wall()))
    expect(answer.status).toBe(503)
    expectOneLine(/503/, /webhook 尚未运行/, /先启动机器人/)
  })

  it('a handler that never ends', async () => {
    await start({ handlerTimeout: 1000 }, (bot) => bot.on('message', async () => new Promise(() => {})))
    stage.sim.user('ann').say('hi')
    await stage.settle(2000)
    expectOneLine(/处理函数超时/, /ctx\.signal/, /handlerTimeout/)
  })

  it('gives every error advice in both languages', () => {
    stage = memoryBot()
    const error = thrownBy(() => new Bot({ ...credentials, source: [] }))
    expect(QqkitError.is(error) && error.advice?.zh).toBeTruthy()
  })
})
