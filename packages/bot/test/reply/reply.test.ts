import type { SendResult } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import { replyBudget, replyWindows } from '../../src/reply/reply-window.js'
import { c2c, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

describe('replyBudget', () => {
  it.each([
    ['c2c', 0, 0, { remaining: 4, expiresIn: 3_600_000, open: true }],
    ['c2c', 4, 1000, { remaining: 0, expiresIn: 3_599_000, open: false }],
    ['c2c', 9, 0, { remaining: 0, expiresIn: 3_600_000, open: false }],
    ['group', 1, 300_000, { remaining: 4, expiresIn: 0, open: false }],
    ['channel', 99, 299_999, { remaining: null, expiresIn: 1, open: true }],
    ['dm', 0, 999_999, { remaining: null, expiresIn: 0, open: false }],
  ] as const)('BT-05 tells of %s after %i replies and %i ms', (scene, used, age, budget) => {
    expect(replyBudget(replyWindows[scene], 1_000_000, used, 1_000_000 + age)).toEqual(budget)
  })
})

describe('ctx.reply', () => {
  it('BT-07 sends a long text in pieces, in order, each as a reply, and gives the result of the last', async () => {
    const stage = new Stage()
    const results: unknown[] = []
    stage.onSend = async () => ({ id: `m${stage.sent.length}` }) as unknown as SendResult
    stage.handlers.on('message', null, async (ctx) => {
      results.push(await ctx.reply(`${'a'.repeat(80)}\n${'b'.repeat(80)}\n${'c'.repeat(80)}`))
      results.push(ctx.replyBudget?.remaining)
    })
    stage.intake.deliver(c2c('tell me'))
    await stage.intake.idle()
    expect(stage.texts.map((text) => JSON.stringify(text)[1])).toEqual(['a', 'b', 'c'])
    expect(stage.sent.every(({ options }) => options.anchor !== undefined)).toBe(true)
    expect(results).toEqual([{ id: 'm3' }, 1])
  })

  it('BT-07 cuts at worse places if the text fits the replies left only then', async () => {
    const stage = new Stage()
    // Between paragraphs these are five pieces; a private message can be answered four times.
    const text = Array.from({ length: 5 }, (_, n) => `${String(n).repeat(60)}\n\n`).join('')
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.reply(text)
      await ctx.reply('one more')
    })
    stage.intake.deliver(c2c('tell me'))
    await stage.intake.idle()
    expect(stage.texts).toHaveLength(5)
    expect(stage.texts.slice(0, -1).map(String).join('').replaceAll(/\s/g, '')).toBe(
      text.replaceAll(/\s/g, ''),
    )
    expect(stage.texts.at(-1)).toBe('one more')
  })

  it('BT-07 a text that fits in no way is cut as usual', async () => {
    const stage = new Stage()
    const text = Array.from({ length: 9 }, (_, n) => `${String(n).repeat(60)}\n\n`).join('')
    stage.handlers.on('message', null, async (ctx) => ctx.reply(text))
    stage.intake.deliver(c2c('tell me'))
    await stage.intake.idle()
    expect(stage.texts).toHaveLength(9)
  })

  it('stops after a piece that fails', async () => {
    const stage = new Stage()
    stage.handlers.catch(() => {})
    stage.onSend = async () => {
      if (stage.sent.length === 2) throw new Error('refused')
      return {} as SendResult
    }
    stage.handlers.on('message', null, async (ctx) => ctx.reply('word '.repeat(100)))
    stage.intake.deliver(c2c('tell me'))
    await stage.intake.idle()
    expect(stage.sent).toHaveLength(2)
  })

  it('counts the window from when the platform got the message, else from when the bot did', async () => {
    const stage = new Stage()
    const left: unknown[] = []
    stage.handlers.on('message', null, (ctx) => left.push(ctx.replyBudget?.expiresIn))
    stage.handlers.on('FRIEND_ADD', null, (ctx) => left.push(ctx.replyBudget?.expiresIn))
    stage.handlers.on('GUILD_CREATE', null, (ctx) => left.push(ctx.replyBudget))
    // The clock stands at 2026-01-01T00:00:00Z, which is what the fixtures say in China's time.
    await stage.clock.advance(60_000)
    stage.intake.deliver(group('hi'))
    stage.intake.deliver(delivery('FRIEND_ADD', { openid: 'A1' }))
    stage.intake.deliver(delivery('GUILD_CREATE', { id: '1' }))
    await stage.intake.idle()
    expect(left).toEqual([240_000, 3_600_000, null])
  })

  it('passes on that the event may have been handled before, and the signal', async () => {
    const stage = new Stage()
    const { signal } = new AbortController()
    stage.handlers.on('message', null, async (ctx) => ctx.reply('hi', { signal }))
    const { frame } = c2c('again')
    stage.intake.deliver(delivery('C2C_MESSAGE_CREATE', frame.d, { replayed: true }))
    await stage.intake.idle()
    expect(stage.sent[0]?.options).toMatchObject({ replayed: true, signal })
  })
})
