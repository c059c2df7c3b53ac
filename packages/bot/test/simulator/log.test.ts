/** What a person reads who asks whether the bot runs, whether an event arrived, and whether a handler took it. */
import type { LogRecord, SessionStore } from '@qqkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { stderrSink, type Bot, type BotOptions } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot
let records: LogRecord[]

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await stage.close()
})

const start = async (options: Partial<BotOptions>, register: (bot: Bot) => void): Promise<void> => {
  records = []
  stage = memoryBot({ log: (record) => records.push(record), ...options })
  register(stage.bot)
  void stage.bot.start()
  await stage.settle(60_000)
}
const named = (event: string): readonly LogRecord[] => records.filter((record) => record.event === event)
const pong = (bot: Bot): void => void bot.command('ping', async (ctx) => ctx.reply('pong'))

describe('MT-05 a log that tells of success', () => {
  it('says once as whom the bot is ready, also when it reconnects', async () => {
    await start({}, pong)
    const ready = {
      level: 'info',
      event: 'bot.ready',
      message: expect.stringMatching(/^ready as \S+/) as string,
    }
    expect(records.filter(({ level }) => level !== 'debug')).toEqual([expect.objectContaining(ready)])
    stage.sim.faults.reconnect()
    await stage.settle(60_000)
    expect(named('bot.ready')).toHaveLength(1)
    expect(named('gateway.ready').map(({ level }) => level)).toEqual(['debug', 'info'])
  })

  it('says that the webhook takes requests', async () => {
    await start({ source: 'webhook' }, pong)
    expect(named('bot.ready')).toMatchObject([
      { level: 'info', message: 'ready; the webhook takes requests' },
    ])
  })

  it('says at debug that no handler took an event, without its text', async () => {
    await start({}, pong)
    stage.sim.user('ann').say('/pign')
    await stage.settle()
    expect(named('bot.untaken')).toMatchObject([
      { level: 'debug', message: 'no handler took C2C_MESSAGE_CREATE', name: 'C2C_MESSAGE_CREATE' },
    ])
    expect(JSON.stringify(records)).not.toContain('pign')
    stage.sim.user('ann').say('/ping')
    await stage.settle()
    expect(named('bot.untaken')).toHaveLength(1)
  })

  it('says so for other events too, and when middleware saw it', async () => {
    await start({}, (bot) => bot.use(async (_ctx, next) => next()).on('raw', () => {}))
    stage.sim.user('ann').unfriend()
    await stage.settle()
    expect(named('bot.untaken').map(({ name }) => name)).toEqual(['FRIEND_DEL'])
  })

  it('MT-06 shows the text of a message only when asked for it', async () => {
    await start({ logContents: true }, pong)
    stage.sim.user('ann').say('/pign')
    await stage.settle()
    expect(named('bot.untaken')).toMatchObject([{ text: '/pign' }])
  })
})

describe('MT-08 a session store that does not work', () => {
  const broken = (open: SessionStore['open']): SessionStore => ({ durable: true, open })

  it('that never answers is told in the status, and in the log with advice', async () => {
    await start({ language: 'zh', store: broken(async () => new Promise<never>(() => {})) }, pong)
    await stage.bot.stop()
    records = []
    void stage.bot.start()
    await stage.settle(2000)
    expect(stage.bot.status()).toMatchObject({ state: 'connecting', reason: '打开会话存储' })
    await stage.settle(10_000)
    expect(stage.bot.status()).toMatchObject({
      state: 'ready',
      reason: '正在接收事件；会话未能保存：打开会话存储超过了 5000 毫秒',
      advice: { en: expect.stringContaining('option store') as string },
    })
    expect(named('gateway.store_failed')).toMatchObject([
      { level: 'warn', advice: { zh: expect.stringContaining('store 选项') as string } },
    ])
  })

  it('that is damaged has advice, and its line is in one language', async () => {
    const lines: string[] = []
    const log = stderrSink({ level: 'warn', language: 'zh', write: (line) => lines.push(line) })
    const slot = {
      load: async () => 'no session',
      save: async () => {},
      clear: async () => {},
      close: async () => {},
    }
    await start({ log, store: broken(async () => slot) }, pong)
    expect(lines[0]).toMatch(/已忽略保存的会话：内容已损坏.* — .*store 选项/)
  })
})

describe('MT-06 a log that one can steer', () => {
  const stderr = (): string[] => {
    const lines: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
      lines.push(String(line))
      return true
    })
    return lines
  }
  const fail = (bot: Bot): void =>
    void bot.on('message', () => {
      throw new Error('always the same')
    })
  const sayThree = async (): Promise<void> => {
    for (const name of ['ann', 'ben', 'cy']) stage.sim.user(name).say('hi')
    await stage.settle(20_000)
  }

  it('by default stderr has times, begins at info, and folds repeats with their count', async () => {
    vi.stubEnv('QQKIT_LOG', undefined)
    vi.stubEnv('LANG', 'C')
    vi.stubEnv('LC_ALL', 'C')
    const lines = stderr()
    stage = memoryBot({ log: undefined as never })
    fail(stage.bot)
    void stage.bot.start()
    await stage.settle(60_000)
    await sayThree()
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d qqkit info: ready as /)
    expect(lines[1]).toMatch(/qqkit error: a handler of C2C_MESSAGE_CREATE failed: Error: always the same/)
    expect(lines[2]).toMatch(/failed \(2 times more within 10 s\)/)
  })

  it('QQKIT_LOG sets its level', async () => {
    vi.stubEnv('QQKIT_LOG', 'silent')
    const lines = stderr()
    stage = memoryBot({ log: undefined as never })
    fail(stage.bot)
    void stage.bot.start()
    await stage.settle(60_000)
    await sayThree()
    expect(lines).toEqual([])
  })

  it('a log of your own gets everything, and each error', async () => {
    await start({}, fail)
    await sayThree()
    expect(named('bot.handler_failed')).toHaveLength(3)
    expect(records.some(({ level }) => level === 'debug')).toBe(true)
  })

  it('a log of your own gets what logLevel lets through', async () => {
    await start({ logLevel: 'error' }, fail)
    await sayThree()
    expect(new Set(records.map(({ level }) => level))).toEqual(new Set(['error']))
  })
})
