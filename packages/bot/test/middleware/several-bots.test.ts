import { ManualClock } from '@qqkit/core/testing'
import type { RestError } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import { type Context, memoryParkStore, type Middleware } from '../../src/index.js'
import {
  conversationTimeout,
  history,
  memoryStateStore,
  session,
  throttle,
} from '../../src/middleware/index.js'
import { ParkingLot } from '../../src/reply/parking-lot.js'
import { c2c } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** Two bots with everything in common but the account, and people whose openids have the same text. */

/** Lets two bots hear the same in turn, through the same battery. */
const hear = async (
  battery: Middleware<Context>,
  look: (ctx: Context) => unknown,
  texts: readonly string[],
) => {
  const seen: string[] = []
  const stages = ['1', '2'].map((appId) => {
    const stage = new Stage({}, appId)
    stage.handlers.use(battery)
    stage.handlers.on('message', null, async (ctx) => {
      seen.push(`${appId}: ${JSON.stringify(look(ctx))}`)
      await ctx.reply(`answer of ${appId}`)
    })
    return stage
  })
  for (const text of texts)
    for (const stage of stages) {
      stage.intake.deliver(c2c(text, 'SAMEUSER'))
      await stage.intake.idle()
    }
  return seen
}

describe('BT-13 two bots that share', () => {
  it('a state store keep their sessions apart, in one session or two, with a key of their own too', async () => {
    const store = memoryStateStore<{ turns: number }>()
    for (const key of [undefined, () => 'everybody']) {
      const chat = session({ initial: () => ({ turns: 0 }), store, ...(key && { key }) })
      const seen = await hear(chat, (ctx) => (chat.of(ctx).turns += 1), ['a', 'b'])
      expect(seen).toEqual(['1: 1', '2: 1', '1: 2', '2: 2'])
    }
    expect(await store.load('c2c:SAMEUSER')).toBeUndefined()
    expect([await store.load('1:c2c:SAMEUSER'), await store.load('2:everybody')]).toEqual([
      { turns: 2 },
      { turns: 2 },
    ])
  })

  it('a session clear their own conversation only', async () => {
    const chat = session({ initial: () => ({ turns: 0 }) })
    const seen = await hear(
      chat,
      async (ctx) => {
        chat.of(ctx).turns += 1
        if (ctx.appId === '1') await chat.clear(ctx)
      },
      ['a'],
    )
    expect(seen).toHaveLength(2)
    expect(await hear(chat, (ctx) => chat.of(ctx).turns, ['b'])).toEqual(['1: 0', '2: 1'])
  })

  it('a history hear only what was said to each', async () => {
    const recent = history()
    const seen = await hear(recent, (ctx) => recent.of(ctx).map(({ text }) => text), ['a', 'b'])
    expect(seen).toEqual(['1: []', '2: []', '1: ["a","answer of 1"]', '2: ["a","answer of 2"]'])
  })

  it.each([{ by: 'sender' }, { by: 'place' }, { by: 'global' }, { by: () => 'all' }] as const)(
    'a throttle (%j) count for each',
    async ({ by }) => {
      const seen = await hear(
        throttle({ limit: 1, window: 1000, by, clock: new ManualClock() }),
        () => null,
        ['a', 'b'],
      )
      expect(seen).toEqual(['1: null', '2: null'])
    },
  )

  it('a conversation timeout notice the silence of each', async () => {
    const clock = new ManualClock()
    const over: string[] = []
    const timeout = conversationTimeout({ after: 1000, clock, onTimeout: (ctx) => over.push(ctx.appId) })
    await hear(timeout, () => null, ['a'])
    await clock.advance(1000)
    expect(over).toEqual(['1', '2'])
  })

  it('a store of parked replies send each its own', async () => {
    const clock = new ManualClock()
    const store = memoryParkStore()
    const lots = ['1', '2'].map(
      (appId) => new ParkingLot({ appId, store, maxAge: 60_000, clock, random: Math.random, log: () => {} }),
    )
    const target = { scene: 'c2c', id: 'SAMEUSER' } as const
    const error = { steps: [] } as unknown as RestError
    await lots[0]?.park(target, ['of 1'], error)
    await lots[1]?.park(target, ['of 2'], error)
    const sent: string[][] = [[], []]
    for (const n of [1, 0])
      await lots[n]?.release({
        target,
        capacity: 10,
        send: async (message) => void sent[n]?.push(message as string),
      })
    expect(sent).toEqual([['of 1'], ['of 2']])
  })
})
