import { adviceFor } from '@qqkit/protocol'
import type { SendResult, StreamResult } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import { c2c, channel, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const codes = (stage: Stage): string[] => {
  const caught: string[] = []
  stage.handlers.catch((error) => caught.push((error as { code: string }).code))
  return caught
}

describe('ctx.recall', () => {
  it('recalls a sent message with all its pieces, the last one first', async () => {
    const stage = new Stage()
    stage.onSend = async () => ({ kind: 'sent', id: `m${stage.sent.length}` }) as SendResult
    stage.handlers.on('message', null, async (ctx) => {
      const short = await ctx.reply('short')
      const long = await ctx.reply(`${'a'.repeat(80)}\n${'b'.repeat(80)}`)
      await ctx.recall(short)
      await ctx.recall(long, { hideTip: true })
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(stage.calls).toEqual(['recall c2c A1 m1', 'recall c2c A1 m3 true', 'recall c2c A1 m2 true'])
  })

  it('recalls the message of a member, one by its id, and one in another place', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.recall(ctx.message)
      await ctx.recall('m9')
      await ctx.recall('m10', { to: { scene: 'channel', id: '7' } })
    })
    const event = group('spam')
    stage.intake.deliver(event)
    await stage.intake.idle()
    expect(stage.calls).toEqual([
      `recall group B2 ${(event.frame.d as { id: string }).id}`,
      'recall group B2 m9',
      'recall channel 7 m10',
    ])
  })

  const one = { refIdx: null, text: 'x', mode: 'passive', finished: true } as const
  const streamOf = (...messages: StreamResult['messages']): StreamResult => ({
    kind: 'streamed',
    delivered: 'xx',
    uncertain: '',
    undelivered: '',
    messages,
    steps: [],
  })
  const grown = { ...one, kind: 'streamed', id: 's1' } as const
  const sent = { ...one, kind: 'sent', id: 'm2' } as const

  it('RS-31 refuses to recall a streamed message, with advice before any request', async () => {
    const stage = new Stage()
    const errors: unknown[] = []
    stage.handlers.on('message', null, async (ctx) => {
      for (const message of [streamOf(grown), streamOf(grown, sent), grown])
        await ctx.recall(message).catch((error: unknown) => errors.push(error))
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    const refused = { code: 'stream_not_recallable', advice: adviceFor(40061001) }
    expect(errors).toMatchObject([refused, refused, refused])
    expect(stage.calls).toEqual([])
  })

  it('RS-31 recalls an ordinary message that was sent instead of a stream', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.recall(streamOf(sent, { ...sent, id: 'm3' }))
      await ctx.recall(sent)
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(stage.calls).toEqual(['recall c2c A1 m3', 'recall c2c A1 m2', 'recall c2c A1 m2'])
  })

  it('says why there is nothing to take back', async () => {
    const stage = new Stage()
    const caught = codes(stage)
    stage.onSend = async () => ({ kind: 'audit', id: null }) as SendResult
    stage.handlers.on('message', null, async (ctx) => ctx.recall(await ctx.reply('hi')))
    stage.handlers.on('GUILD_CREATE', null, async (ctx) => ctx.recall('m1'))
    stage.handlers.on('GROUP_ADD_ROBOT', null, async (ctx) => ctx.recall({ messages: [] }))
    stage.intake.deliver(c2c('hi'))
    stage.intake.deliver(delivery('GUILD_CREATE', { id: '1' }))
    stage.intake.deliver(delivery('GROUP_ADD_ROBOT', { group_openid: 'B1' }))
    await stage.intake.idle()
    expect(caught.toSorted()).toEqual(['no_target', 'nothing_to_recall', 'nothing_to_recall'])
    expect(stage.calls).toEqual([])
  })
})

describe('ctx.react', () => {
  it('sets and takes away a reaction to a message in a guild channel', async () => {
    const stage = new Stage()
    stage.handlers.on('message', null, async (ctx) => {
      await ctx.react('👍')
      await ctx.unreact('277')
    })
    stage.intake.deliver(channel('hi'))
    await stage.intake.idle()
    expect(stage.calls).toEqual(['react 200001 08aabbccdd 2/128077', 'unreact 200001 08aabbccdd 1/277'])
  })

  it('says that other scenes take none, and what is no emoji', async () => {
    const stage = new Stage()
    const caught = codes(stage)
    stage.handlers.on('message', null, async (ctx) => ctx.react('nice'))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    stage.intake.deliver(channel('hi'))
    await stage.intake.idle()
    expect(caught).toEqual(['no_reactions', 'unknown_emoji'])
  })
})

describe('ctx.typing', () => {
  it('shows a notice in a private chat, which counts as an answer', async () => {
    const stage = new Stage()
    const seen: unknown[] = []
    stage.handlers.on('message', null, async (ctx) => {
      seen.push(await ctx.typing(), await ctx.typing({ seconds: 9.5 }), await ctx.typing({ seconds: 600 }))
      seen.push(ctx.replyBudget?.remaining)
      await ctx.reply('done')
      seen.push(await ctx.typing())
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(seen).toEqual([true, true, true, 1, false])
    expect(stage.texts).toEqual([
      { input_notify: { input_type: 1, input_second: 60 } },
      { input_notify: { input_type: 1, input_second: 10 } },
      { input_notify: { input_type: 1, input_second: 60 } },
      'done',
    ])
    expect(stage.sent.every(({ options }) => options.anchor !== undefined)).toBe(true)
  })

  it('does nothing elsewhere, and says so', async () => {
    const stage = new Stage()
    const seen: unknown[] = []
    stage.handlers.on('message', null, async (ctx) => seen.push(await ctx.typing()))
    stage.handlers.on('FRIEND_DEL', null, async (ctx) => seen.push(await ctx.typing()))
    stage.intake.deliver(group('hi'))
    stage.intake.deliver(channel('hi'))
    stage.intake.deliver(delivery('FRIEND_DEL', { openid: 'A1' }))
    await stage.intake.idle()
    expect(seen).toEqual([false, false, false])
    expect(stage.sent).toEqual([])
  })
})
