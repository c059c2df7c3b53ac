import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { conversationTimeout, type ConversationTimeoutOptions } from '../../src/middleware/index.js'
import { c2c, delivery } from '../support/deliveries.js'
import { memoryBot } from '../support/memory-bot.js'
import { Stage } from '../support/stage.js'

const stageWith = (options: Partial<ConversationTimeoutOptions> = {}) => {
  const clock = new ManualClock()
  const stage = new Stage({ clock })
  const over: string[] = []
  const battery = conversationTimeout({
    after: 1000,
    onTimeout: (ctx) =>
      over.push(`${ctx.event === 'message' ? ctx.author.id : ctx.name} at ${clock.now() - begun}`),
    clock,
    ...options,
  })
  const begun = clock.now()
  stage.handlers.use(battery)
  const say = async (...deliveries: Parameters<typeof stage.intake.deliver>[0][]): Promise<void> => {
    for (const one of deliveries) stage.intake.deliver(one)
    await stage.intake.idle()
  }
  return { clock, stage, battery, over, say }
}

describe('conversationTimeout', () => {
  it('calls onTimeout once for each conversation that has been silent for long enough', async () => {
    const { clock, over, say } = stageWith()
    await say(c2c('hi', 'ann'))
    await clock.advance(400)
    await say(c2c('hi', 'bob'))
    await clock.advance(400)
    await say(c2c('still here', 'ann'))
    await clock.advance(5000)
    expect(over).toEqual(['bob at 1400', 'ann at 1800'])
    expect(clock.pending).toBe(0)
  })

  it('counts from the end of the handlers', async () => {
    const { clock, stage, over, say } = stageWith()
    let finish = (): void => {}
    stage.handlers.on('message', null, async () => new Promise<void>((resolve) => (finish = resolve)))
    const handled = say(c2c('think', 'ann'))
    await clock.advance(3000)
    expect(over).toEqual([])
    finish()
    await handled
    await clock.advance(1000)
    expect(over).toEqual(['ann at 4000'])
  })

  it('does not count the time in which handlers run as silence', async () => {
    const { clock, stage, over, say } = stageWith()
    let finish = (): void => {}
    stage.handlers.on('message', null, async (ctx) => {
      if (ctx.text === 'think') await new Promise<void>((resolve) => (finish = resolve))
    })
    await say(c2c('hi', 'ann'))
    await clock.advance(500)
    const handled = say(c2c('think', 'ann'))
    await clock.advance(3000)
    expect(over).toEqual([])
    finish()
    await handled
    await clock.advance(1000)
    expect(over).toEqual(['ann at 4500'])
  })

  it('does not take other events for talk, nor wait for more conversations than allowed', async () => {
    const { clock, over, say } = stageWith({ maxConversations: 1 })
    await say(delivery('FRIEND_ADD', { openid: 'A1' }))
    await say(c2c('hi', 'ann'))
    await say(c2c('hi', 'bob'))
    await clock.advance(1000)
    expect(over).toEqual(['bob at 1000'])
  })

  it('hands on what onTimeout throws', async () => {
    const errors: unknown[] = []
    const { clock, say } = stageWith({
      onTimeout: async () => Promise.reject(new Error('no goodbye')),
      onError: (error) => errors.push(error),
    })
    await say(c2c('hi', 'ann'))
    await clock.advance(1000)
    expect(errors).toEqual([new Error('no goodbye')])
  })

  it('can still reply, and cancels its timers when the bot stops', async () => {
    const { clock, sim, bot, said, settle, close } = memoryBot()
    bot.use(
      conversationTimeout({ after: 60_000, onTimeout: (ctx) => ctx.reply('Are you still there?'), clock }),
    )
    bot.on('message', (ctx) => ctx.reply('hello'))
    void bot.start()
    await settle()
    sim.user('ann').say('hi')
    await settle(61_000)
    expect(said().map((line) => line.replace(/^c2c \S+ /, ''))).toEqual([
      'reply: hello',
      'reply: Are you still there?',
    ])
    sim.user('ann').say('again')
    await settle()
    // Throws when a timer is left.
    await close()
  })
})
