import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { history, type HistoryEntry, type HistoryOptions } from '../../src/middleware/index.js'
import { c2c, click, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const show = (entries: readonly HistoryEntry[]): string[] =>
  entries.map(({ author, text }) => `${author?.id ?? 'bot'}: ${text}`)

const stageWith = (options: HistoryOptions = {}) => {
  const clock = new ManualClock()
  const stage = new Stage({ clock })
  const recent = history({ clock, ...options })
  stage.handlers.use(recent)
  const found: string[][] = []
  stage.handlers.use(async (ctx, next) => {
    found.push(show(recent.of(ctx)))
    await next()
  })
  const say = async (...deliveries: Parameters<typeof stage.intake.deliver>[0][]): Promise<void> => {
    for (const one of deliveries) {
      stage.intake.deliver(one)
      await stage.intake.idle()
    }
  }
  return { clock, stage, recent, found, say }
}

describe('history', () => {
  it('knows what people and the bot said in a place before, and not what is being said', async () => {
    const { stage, found, say } = stageWith()
    stage.handlers.hears('question', async (ctx) => {
      await ctx.reply('answer')
      await ctx.reply({ markdown: { content: '**more**' } })
    })
    await say(
      group('hello', 'ann'),
      group('question', 'bob'),
      group('next', 'ann'),
      group('other', 'ann', 'B9'),
    )
    expect(found).toEqual([
      [],
      ['ann: hello'],
      ['ann: hello', 'bob: question', 'bot: answer', 'bot: **more**'],
      [],
    ])
  })

  it('remembers what a handler said that failed afterwards, but not what could not be sent', async () => {
    const { stage, found, say } = stageWith()
    stage.handlers.catch(() => {})
    stage.handlers.hears('fail', async (ctx) => {
      await ctx.reply('half')
      stage.onSend = async () => Promise.reject(new Error('no network'))
      await ctx.reply('lost')
    })
    await say(c2c('fail', 'ann'), c2c('next', 'ann'))
    expect(found[1]).toEqual(['ann: fail', 'bot: half'])
  })

  it('keeps a limited number of messages, not older than maxAge, of the most recent places', async () => {
    const { clock, found, say } = stageWith({ limit: 2, maxPlaces: 1, maxAge: 1000 })
    await say(c2c('1', 'ann'), c2c('2', 'ann'), c2c('3', 'ann'), c2c('4', 'ann'))
    expect(found.at(-1)).toEqual(['ann: 2', 'ann: 3'])
    await say(c2c('5', 'bob'), c2c('6', 'ann'))
    expect(found.at(-1)).toEqual([])
    await clock.advance(1000)
    await say(c2c('7', 'ann'))
    expect(found.at(-1)).toEqual([])
  })

  it('remembers only the given scenes, and works for clicks too', async () => {
    const { stage, found, say } = stageWith({ scenes: ['c2c'] })
    stage.handlers.on('message', null, async (ctx) => ctx.reply('ok'))
    await say(group('aloud', 'A1'), group('again', 'A1'), c2c('quietly', 'A1'), click('x'))
    expect(found).toEqual([[], [], [], ['A1: quietly', 'bot: ok']])
  })

  it('refuses options that are none', () => {
    expect(() => history({ limit: 0 })).toThrow(expect.objectContaining({ path: 'limit' }))
  })
})
