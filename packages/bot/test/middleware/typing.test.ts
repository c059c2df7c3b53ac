import { describe, expect, it } from 'vitest'

import { typing } from '../../src/middleware/index.js'
import { c2c, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const NOTICE = { input_notify: { input_type: 1, input_second: 30 } }

/** What goes out while a handler takes its time. */
const sentWhile = async (
  event: ReturnType<typeof c2c>,
  ms: number,
  early = false,
  answer = 'done',
): Promise<readonly unknown[]> => {
  const stage = new Stage()
  stage.handlers.use(typing({ after: 1000, seconds: 30, clock: stage.clock }))
  stage.handlers.on('message', null, async (ctx) => {
    if (early) await ctx.reply('one moment')
    await stage.clock.advance(ms)
    await ctx.reply(answer)
  })
  stage.intake.deliver(event)
  await stage.intake.idle()
  expect(stage.clock.pending).toBe(0)
  return stage.texts
}

describe('typing', () => {
  it('shows a notice when the answer takes its time, and one only', async () => {
    expect(await sentWhile(c2c('hi'), 5000)).toEqual([NOTICE, 'done'])
  })

  it('shows none when the answer is quick, was begun, or goes to a group', async () => {
    expect(await sentWhile(c2c('hi'), 999)).toEqual(['done'])
    expect(await sentWhile(c2c('hi'), 5000, true)).toEqual(['one moment', 'done'])
    expect(await sentWhile(group('hi'), 5000)).toEqual(['done'])
  })

  it('ignores a failed notice', async () => {
    const stage = new Stage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    stage.handlers.use(typing({ clock: stage.clock }))
    stage.onSend = async () => Promise.reject(new Error('no network'))
    stage.handlers.on('message', null, async () => stage.clock.advance(2000))
    const event = c2c('hi')
    stage.intake.deliver(event)
    await stage.intake.idle()
    expect([errors, event.outcomes]).toEqual([[], ['done']])
  })

  it('refuses more than the platform shows', () => {
    expect(() => typing({ seconds: 61 })).toThrow(expect.objectContaining({ path: 'seconds' }))
  })

  /** Paragraphs that are cut between them where there is room for that: four pieces, or three. */
  const LONG = Array.from({ length: 4 }, (_, index) => String(index).repeat(70)).join('\n\n')

  it.each([0, 5000])('BT-35 leaves room for the notice, shown or not (%d ms)', async (ms) => {
    const texts = await sentWhile(c2c('hi'), ms, false, LONG)
    const pieces = texts.filter((text) => typeof text === 'string')
    expect(pieces).toHaveLength(3)
    expect(texts.length - pieces.length).toBe(ms === 0 ? 0 : 1)
  })

  it('BT-35 a notice of the handler counts too, and no notice takes the last reply', async () => {
    const stage = new Stage()
    const shown: boolean[] = []
    stage.handlers.on('message', null, async (ctx) => {
      shown.push(await ctx.typing())
      await ctx.reply(LONG)
    })
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(stage.texts).toHaveLength(4)
    const other = new Stage()
    other.handlers.on('message', null, async (ctx) => {
      for (let count = 0; count < 3; count += 1) await ctx.reply('one more')
      shown.push(await ctx.typing())
      await ctx.reply('the last one')
    })
    other.intake.deliver(c2c('hi'))
    await other.intake.idle()
    expect(other.texts).toEqual(['one more', 'one more', 'one more', 'the last one'])
    expect(shown).toEqual([true, false])
  })

  it('BT-35 no notice is shown while the pieces of an answer use up all replies', async () => {
    const stage = new Stage()
    stage.onSend = async () => {
      await new Promise<void>((resolve) => void stage.clock.setTimer(2000, resolve))
      return { kind: 'sent', mode: 'passive' } as never
    }
    stage.handlers.use(typing({ clock: stage.clock }))
    stage.handlers.on('message', null, async (ctx) => ctx.reply(LONG))
    stage.intake.deliver(c2c('hi'))
    await stage.clock.settle()
    while (await stage.clock.step()) await stage.clock.settle()
    await stage.intake.idle()
    expect(stage.texts.filter((text) => typeof text === 'string')).toHaveLength(3)
    expect(stage.texts.length).toBeLessThanOrEqual(4)
  })
})
