import { describe, expect, it } from 'vitest'

import { typing } from '../../src/index.js'
import { c2c, group } from '../fixtures/deliveries.js'
import { Stage } from '../fixtures/stage.js'

const NOTICE = { input_notify: { input_type: 1, input_second: 30 } }

/** What goes out while a handler takes its time. */
const sentWhile = async (
  event: ReturnType<typeof c2c>,
  ms: number,
  early = false,
): Promise<readonly unknown[]> => {
  const stage = new Stage()
  stage.handlers.use(typing({ after: 1000, seconds: 30, clock: stage.clock }))
  stage.handlers.on('message', null, async (ctx) => {
    if (early) await ctx.reply('one moment')
    await stage.clock.advance(ms)
    await ctx.reply('done')
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

  it('lets a notice that fails harm nobody', async () => {
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
})
