import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { throttle, type ThrottleOptions } from '../../src/middleware/index.js'
import { c2c, click, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** A stage whose handler notes what got through. */
const stageWith = (options: Omit<ThrottleOptions, 'clock'>) => {
  const clock = new ManualClock()
  const stage = new Stage({ clock })
  const passed: string[] = []
  stage.handlers.use(throttle({ ...options, clock }))
  stage.handlers.use((ctx) => passed.push(ctx.event === 'message' ? ctx.text : ctx.name))
  const say = async (...deliveries: Parameters<typeof stage.intake.deliver>[0][]): Promise<void> => {
    for (const one of deliveries) {
      stage.intake.deliver(one)
      await stage.intake.idle()
    }
  }
  return { clock, passed, say }
}

describe('throttle', () => {
  it('lets as many through as the window holds, and more as it moves on', async () => {
    const { clock, passed, say } = stageWith({ limit: 2, window: 1000 })
    await say(c2c('1'))
    await clock.advance(600)
    await say(c2c('2'), c2c('3'))
    await clock.advance(399)
    await say(c2c('4'))
    await clock.advance(1)
    await say(c2c('5'), c2c('6'))
    expect(passed).toEqual(['1', '2', '5'])
  })

  it('tells once a row, with the time until one passes again', async () => {
    const told: number[] = []
    const onLimit: ThrottleOptions['onLimit'] = (_ctx, { retryAfter }) => told.push(retryAfter)
    const { clock, say } = stageWith({ limit: 1, window: 1000, onLimit })
    await say(c2c('1'))
    await clock.advance(100)
    await say(c2c('2'), c2c('3'))
    await clock.advance(900)
    await say(c2c('4'), c2c('5'))
    expect(told).toEqual([900, 1000])
  })

  it.each([
    ['sender', ['1', '2', '4']],
    ['place', ['1', '4']],
    ['global', ['1']],
  ] as const)('counts by %s', async (by, expected) => {
    const { passed, say } = stageWith({ limit: 1, window: 1000, by })
    await say(
      group('1', 'ann', 'G1'),
      group('2', 'bob', 'G1'),
      group('3', 'ann', 'G1'),
      group('4', 'eve', 'G2'),
    )
    expect(passed).toEqual(expected)
  })

  it('counts by a key of the user, and lets pass what has none', async () => {
    const { passed, say } = stageWith({
      limit: 1,
      window: 1000,
      by: (ctx) => (ctx.event === 'message' && ctx.text.startsWith('/draw') ? 'draw' : null),
    })
    await say(c2c('/draw a', 'ann'), c2c('hi', 'ann'), c2c('/draw b', 'bob'), c2c('hi', 'bob'))
    expect(passed).toEqual(['/draw a', 'hi', 'hi'])
  })

  it('counts messages and clicks, but no other events', async () => {
    const { passed, say } = stageWith({ limit: 1, window: 1000, by: 'global' })
    await say(
      click('a'),
      click('b'),
      delivery('FRIEND_ADD', { openid: 'A1' }),
      delivery('FRIEND_ADD', { openid: 'A2' }),
    )
    expect(passed).toEqual(['INTERACTION_CREATE', 'FRIEND_ADD', 'FRIEND_ADD'])
  })

  it('forgets the keys that were quiet for longest', async () => {
    const { passed, say } = stageWith({ limit: 1, window: 1000, maxKeys: 2 })
    await say(c2c('a1', 'a'), c2c('b1', 'b'), c2c('a2', 'a'), c2c('c1', 'c'), c2c('b2', 'b'), c2c('c2', 'c'))
    // `b` made room for `c`: it counts from the start again. `c` was still known.
    expect(passed).toEqual(['a1', 'b1', 'c1', 'b2'])
  })

  it.each([
    [{ limit: 0, window: 1 }, 'limit'],
    [{ limit: 1, window: Number.NaN }, 'window'],
    [{ limit: 1, window: 1, by: 'user' }, 'by'],
    [{ limit: 1, window: 1, per: 1 }, 'per'],
  ])('refuses %j', (options, path) => {
    expect(() => throttle(options as unknown as ThrottleOptions)).toThrow(expect.objectContaining({ path }))
  })
})
