import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { BotError } from '../../src/common/errors.js'
import { OwnIdentity } from '../../src/dispatch/self-identity.js'
import { mentionOnly } from '../../src/middleware/index.js'
import { channel, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const ME = '1000000000000000001'

const plain = (content: string, more: object = {}, id = 'm1'): TestDelivery =>
  delivery('MESSAGE_CREATE', {
    id,
    guild_id: '1',
    channel_id: '2',
    content,
    timestamp: '2026-01-01T08:00:00+08:00',
    author: { id: '1234', username: 'abc', bot: false },
    ...more,
  })

/** A bot that has to ask who it is. */
const asking = (answer: (signal: AbortSignal) => Promise<unknown>) => {
  const asked: AbortSignal[] = []
  const stage = new Stage({
    whoAmI: async (signal) => {
      asked.push(signal)
      return answer(signal)
    },
  })
  const seen: string[] = []
  stage.handlers.use(mentionOnly())
  stage.handlers.on('message', null, (ctx) => void seen.push(ctx.text))
  const idle = async (): Promise<void> => {
    await stage.clock.settle()
    await stage.intake.idle()
  }
  return { stage, seen, asked, idle }
}

describe('a bot that does not know its own id', () => {
  it('BT-32 a bot looks up its id once, and recognises its mention', async () => {
    const { stage, seen, asked, idle } = asking(async () => ({ id: ME }))
    stage.intake.deliver(plain(`<@!${ME}> one`, {}, 'm1'))
    stage.intake.deliver(plain(`<@!${ME}> two`, {}, 'm2'))
    stage.intake.deliver(plain('for nobody', { mentions: [{ id: '7' }] }, 'm3'))
    await idle()
    stage.intake.deliver(plain('three', { mentions: [{ id: ME }] }, 'm4'))
    await idle()
    expect(seen).toEqual(['one', 'two', 'three'])
    expect(asked).toHaveLength(1)
  })

  it('BT-32 does not ask where no message needs the id, nor after READY', async () => {
    const { stage, asked, idle } = asking(async () => ({ id: ME }))
    stage.intake.deliver(plain('no mention'))
    stage.intake.deliver(group('hi'))
    stage.intake.deliver(channel('hi', 'm2'))
    await idle()
    stage.intake.deliver(delivery('READY', { user: { id: ME } }))
    stage.intake.deliver(plain(`<@!${ME}> hi`, {}, 'm3'))
    await idle()
    expect(asked).toHaveLength(0)
  })

  it('BT-32 events of a message keep their order during the lookup, and are handled once', async () => {
    const { stage, seen, idle } = asking(async () => ({ id: ME }))
    stage.intake.deliver(plain(`<@!${ME}> hi`, {}, 'm1'))
    stage.intake.deliver(channel('hi', 'm1'))
    await idle()
    expect(seen).toEqual(['hi'])
  })

  it.each([
    ['a refusal', async () => Promise.reject(new Error('no'))],
    ['an answer without an id', async () => ({})],
    ['an answer that is none', async () => null],
  ])('BT-32 goes on after %s, and asks again after a minute', async (_name, answer) => {
    const { stage, seen, asked, idle } = asking(answer)
    stage.intake.deliver(plain(`<@!${ME}> 1`, {}, 'm1'))
    await idle()
    stage.intake.deliver(plain(`<@!${ME}> 2`, {}, 'm2'))
    await idle()
    expect(asked).toHaveLength(1)
    // The other event of the message says that the bot is meant.
    stage.intake.deliver(channel('1', 'm1'))
    await idle()
    expect(seen).toEqual(['1'])
    expect(stage.records.map(({ event }) => event)).toContain('bot.self_unknown')
    await stage.clock.advance(60_000)
    stage.intake.deliver(plain(`<@!${ME}> 3`, {}, 'm3'))
    await idle()
    expect(asked).toHaveLength(2)
  })

  it('ST-07 messages that wait for the lookup are handled at a stop: their source may have counted them', async () => {
    let answer: (me: object) => void = () => {}
    const { stage, seen } = asking(async () => new Promise((resolve) => (answer = resolve)))
    const waiting = plain(`<@!${ME}> 1`)
    stage.intake.deliver(waiting)
    await stage.clock.settle()
    stage.intake.close()
    const idle = stage.intake.idle()
    await stage.clock.settle()
    answer({ id: ME })
    await idle
    expect([seen, waiting.outcomes]).toEqual([['1'], ['done']])
  })

  it('BT-32 a stop without time leaves messages that wait for the lookup to the next process', async () => {
    const { stage, seen, asked } = asking(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw signal.reason
    })
    const waiting = plain(`<@!${ME}> 1`)
    stage.intake.deliver(waiting)
    await stage.clock.settle()
    stage.intake.close()
    stage.intake.interrupt(new Error('enough') as BotError)
    await stage.intake.idle()
    expect(asked[0]?.aborted).toBe(true)
    expect([seen, waiting.outcomes]).toEqual([[], []])
  })
})

it('BT-36 property: at each moment the bot knows the ids that a set of those learned so far would, few or many', () => {
  const id = fc.integer({ min: 0, max: 20 }).map((number) => (number === 0 ? '' : `ME-${number}`))
  const mention = fc.record(
    { is_you: fc.boolean(), member_openid: id, user_openid: id, id },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(fc.array(mention, { maxLength: 3 }), { maxLength: 20 }), (events) => {
      const own = new OwnIdentity()
      const learned = new Set<string>()
      const moments = events.map((mentions) => {
        own.learnFrom({ op: 0, t: 'GROUP_AT_MESSAGE_CREATE', d: { mentions } })
        for (const one of mentions)
          if (one.is_you === true)
            for (const name of [one.member_openid, one.user_openid, one.id]) if (name) learned.add(name)
        return { ids: own.now, twin: new Set(learned) }
      })
      for (const { ids, twin } of moments)
        for (const one of ['', 'other', ...learned]) expect(ids.has(one)).toBe(twin.has(one))
    }),
    { numRuns: 200 },
  )
})
