import { RestError, type SendResult } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import type { MessageContext } from '../../src/context/message-context.js'
import { IncompleteError, type OutgoingMessage, type Sent } from '../../src/index.js'
import { c2c, channel, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const refusal = (errCode: number, delivered: 'no' | 'unknown' = 'no'): RestError =>
  new RestError({
    code: 'content_refused',
    message: `refused: ${errCode}`,
    situation: 'refused',
    delivered,
    retry: 'never',
    errCode,
  })

const result = (id: string | null, kind: SendResult['kind'] = 'sent'): SendResult =>
  ({ kind, id, mode: 'passive', steps: [], refIdx: id && `REF_${id}` }) as unknown as SendResult

/** What a handler made of one message. */
const handle = async (
  stage: Stage,
  work: (ctx: MessageContext) => Promise<unknown>,
  event = c2c('tell me'),
): Promise<void> => {
  const failures: unknown[] = []
  stage.handlers.catch((error) => failures.push(error))
  stage.handlers.on('message', null, work)
  stage.intake.deliver(event)
  await stage.intake.idle()
  if (failures.length > 0) throw failures[0]
}

const THREE = `${'a'.repeat(80)}\n${'b'.repeat(80)}\n${'c'.repeat(80)}`

const textOf = (message: OutgoingMessage): string =>
  typeof message === 'string' ? message : (message.markdown?.content ?? message.content ?? '')

describe('Sent', () => {
  it('BT-26 the error names every piece with id and outcome, and recalls all of them', async () => {
    const stage = new Stage()
    stage.onSend = async () => result(`m${stage.sent.length}`)
    await handle(stage, async (ctx) => {
      const sent = await ctx.reply(THREE)
      expect(sent).toMatchObject({ kind: 'sent', id: 'm3' })
      expect(sent.pieces).toEqual(
        [1, 2, 3].map((n) => ({ outcome: 'sent', id: `m${n}`, refIdx: `REF_m${n}`, mode: 'passive' })),
      )
      expect(JSON.parse(JSON.stringify(sent))).toMatchObject({ id: 'm3', pieces: sent.pieces })
      await sent.recall({ hideTip: true })
      await (await ctx.send('short')).recall()
    })
    expect(stage.calls).toEqual([
      'recall c2c A1 m3 true',
      'recall c2c A1 m2 true',
      'recall c2c A1 m1 true',
      'recall c2c A1 m4',
    ])
  })

  it.each([
    ['a message under review', 'audit', 1],
    ['one that had arrived before', 'duplicate', 2],
  ] as const)(
    'BT-26 %s among the pieces cannot be taken back: refused before any call',
    async (_n, kind, at) => {
      const stage = new Stage()
      stage.onSend = async () =>
        stage.sent.length === at ? result(null, kind) : result(`m${stage.sent.length}`)
      await handle(stage, async (ctx) => {
        const sent = await ctx.reply(THREE)
        expect(sent.pieces.map(({ outcome }) => outcome)[at - 1]).toBe(kind)
        // Whoever waits for a verdict has to learn that there is one to wait for.
        expect(sent.kind).toBe(kind === 'audit' ? 'audit' : 'sent')
        await expect(sent.recall()).rejects.toMatchObject({ code: 'nothing_to_recall' })
      })
      expect(stage.calls).toEqual([])
    },
  )
})

describe('a message of which a part went out', () => {
  it.each([
    ['refused', refusal(40034006)],
    ['lost', refusal(0, 'unknown')],
    ['failed in another way', new Error('boom')],
  ])('BT-27 %s: the error says what went out and what is left', async (_name, cause) => {
    for (const way of ['reply', 'send'] as const) {
      const stage = new Stage()
      stage.onSend = async () => {
        if (stage.sent.length === 2) throw cause
        return result(`m${stage.sent.length}`)
      }
      await handle(stage, async (ctx) => {
        const error: unknown = await ctx[way](THREE).catch((reason: unknown) => reason)
        expect(IncompleteError.is(error)).toBe(true)
        if (!IncompleteError.is(error)) return
        expect(error).toMatchObject({ code: 'message_incomplete', delivered: 'unknown', cause })
        expect(error.message).toContain('1 of 3')
        expect(error.sent).toMatchObject([{ id: 'm1', outcome: 'sent' }])
        expect(error.unsent.map(textOf).map((text) => text[0])).toEqual(['b', 'c'])
        // History and session must know what people have read.
        expect(ctx.sent.map(textOf).map((text) => text[0])).toEqual(['a'])
        await error.recall()
        for (const piece of error.unsent) await ctx[way](piece)
      })
      expect(stage.calls).toEqual(['recall c2c A1 m1'])
      expect(stage.texts.map(textOf).map((text) => text[0])).toEqual(['a', 'b', 'b', 'c'])
    }
  })

  it('BT-27 where the first piece fails nothing went out: its own error', async () => {
    const stage = new Stage()
    const cause = refusal(40034006)
    stage.onSend = async () => {
      throw cause
    }
    await handle(stage, async (ctx) => {
      await expect(ctx.reply(THREE)).rejects.toBe(cause)
      expect(ctx.sent).toEqual([])
    })
  })

  it('BT-27 an abort keeps its reason', async () => {
    const stage = new Stage()
    const abort = new AbortController()
    stage.onSend = async () => {
      if (stage.sent.length < 2) return result('m1')
      abort.abort('enough')
      throw abort.signal.reason
    }
    await handle(stage, async (ctx) => {
      await expect(ctx.reply(THREE, { signal: abort.signal })).rejects.toBe('enough')
      expect(ctx.sent.map(textOf).map((text) => text[0])).toEqual(['a'])
    })
  })

  it('BT-27 a blank piece is never made, so that none is refused', async () => {
    const stage = new Stage()
    await handle(stage, async (ctx) => {
      await ctx.reply(`${'a'.repeat(80)}${'\n'.repeat(300)}${'b'.repeat(80)}`)
    })
    expect(stage.texts.map(textOf)).toEqual(['a'.repeat(80), 'b'.repeat(80)])
  })
})

describe('a message that is too long for the platform', () => {
  /** A platform that takes so many bytes. */
  const taking = (stage: Stage, bytes: number, code: number): string[] => {
    const shown: string[] = []
    stage.onSend = async () => {
      const text = textOf(stage.sent.at(-1)?.message ?? '')
      if (Buffer.byteLength(text) > bytes) throw refusal(code)
      shown.push(text)
      return result(`m${shown.length}`)
    }
    return shown
  }
  const CHINESE = '今天天气很好，我们去公园散步吧。'.repeat(300).slice(0, 4800)
  const wide = (): Stage => new Stage({}, '102000001', 5000)

  it.each([40054007, 40054018])('BT-28 %d: goes out in halves until they fit', async (code) => {
    for (const [bytes, pieces] of [
      [8000, 2],
      [4500, 4],
    ] as const) {
      const stage = wide()
      const shown = taking(stage, bytes, code)
      await handle(stage, async (ctx) => {
        const sent: Sent = (await ctx.reply(CHINESE)) as Sent
        expect(sent.pieces).toHaveLength(pieces)
        // What was refused for its length has taken no share of the answers.
        expect(ctx.replyBudget?.remaining).toBe(4 - pieces)
      })
      expect(shown.join('')).toBe(CHINESE)
    }
  })

  it('BT-28 the answer of one refusal applies to the other pieces without another attempt', async () => {
    const stage = wide()
    const shown = taking(stage, 8000, 40054007)
    await handle(stage, async (ctx) => ctx.reply(CHINESE.slice(0, 4800).repeat(3)), channel('tell me'))
    expect(shown.join('').length).toBe(3 * 4800)
    // One refusal, not one for each of the pieces that are as heavy.
    expect(stage.sent.length - shown.length).toBeLessThanOrEqual(2)
  })

  it('BT-28 the keyboard below a text stays with the last half', async () => {
    const stage = wide()
    taking(stage, 8000, 40054007)
    const keyboard = { id: 'k' }
    await handle(stage, async (ctx) => ctx.reply({ markdown: { content: CHINESE }, keyboard }), group('hi'))
    expect(
      stage.texts.slice(1).map((message) => typeof message === 'object' && 'keyboard' in message),
    ).toEqual([false, true])
  })

  it('BT-28 gives up on pieces that can hardly be too long, with the refusal', async () => {
    const stage = wide()
    taking(stage, 10, 40054007)
    await handle(stage, async (ctx) => {
      await expect(ctx.reply(CHINESE)).rejects.toMatchObject({ errCode: 40054007 })
    })
    expect(stage.sent.length).toBeLessThan(10)
  })

  it('BT-28 a refusal whose delivery is not known is not sent again', async () => {
    const stage = wide()
    stage.onSend = async () => {
      throw refusal(40054007, 'unknown')
    }
    await handle(stage, async (ctx) => {
      await expect(ctx.reply(CHINESE)).rejects.toMatchObject({ delivered: 'unknown' })
    })
    expect(stage.sent).toHaveLength(1)
  })
})
