/** Wake-up messages: one in each period after the user's last message (§6.4). */
import { wakeupPeriodDays } from '@qqkit/protocol'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'

import { Bot } from '../../src/index.js'
import { type Places, rememberPlaces, wakeup } from '../../src/proactive/index.js'
import { wakeupState } from '../../src/proactive/wakeup.js'
import { type MemoryBot, memoryBot } from '../support/memory-bot.js'

let running: MemoryBot | null = null
afterEach(async () => {
  await running?.close()
  running = null
})

const HOUR = 3_600_000
const DAY = 24 * HOUR

const start = async (): Promise<MemoryBot & { readonly places: Places; readonly ann: string }> => {
  const stage = memoryBot()
  running = stage
  const places = rememberPlaces(stage.bot)
  stage.bot.on('message', () => {})
  void stage.bot.start()
  await stage.settle()
  stage.sim.user('ann').say('good night')
  await stage.settle(1000)
  return { ...stage, places, ann: stage.sim.user('ann').id }
}

describe('a wake-up message', () => {
  it('TF-10 goes out once in each period, and a message of the user begins the first again', async () => {
    const { bot, sim, clock, places, ann, settle } = await start()
    // The log of a month of heartbeats is longer than the platform keeps.
    const statuses: number[] = []
    sim.subscribe((entry) => {
      if (entry.kind === 'call' && entry.route === 'c2c.send') statuses.push(entry.status)
    })
    const wake = async (): Promise<string> => {
      const result = wakeup(bot, ann, 'Your tea is still warm.', { places })
      await settle(1000)
      return (await result).kind
    }
    const kinds: string[] = []
    for (const wait of [0, HOUR, DAY, HOUR, 2 * DAY, 4 * DAY, DAY, 25 * DAY]) {
      await clock.advance(wait)
      kinds.push(await wake())
    }
    expect(kinds).toEqual(['sent', 'used', 'sent', 'used', 'sent', 'sent', 'used', 'over'])
    expect(statuses).toEqual([200, 200, 200, 200])
    sim.user('ann').say('hello again')
    await settle(1000)
    expect(await wake()).toBe('sent')
    expect(statuses).toHaveLength(5)
  })

  it('TF-10 two at the same time are one, and the result tells when the next period begins', async () => {
    const { bot, places, ann, settle, clock, said } = await start()
    const both = Promise.all([
      wakeup(bot, ann, 'one', { places }),
      wakeup(bot, { scene: 'c2c', id: ann }, 'two', { places }),
    ])
    await settle(1000)
    const [first, second] = await both
    expect([first.kind, second.kind]).toEqual(['sent', 'used'])
    expect(said()).toHaveLength(1)
    const next = first.kind === 'sent' ? (first.next ?? 0) : 0
    expect(Math.abs(next - clock.wall() - DAY)).toBeLessThan(10_000)
  })

  it('TF-11 what was not sent leaves its period open; what may have been sent does not', async () => {
    const { bot, sim, places, ann, settle } = await start()
    const tried = async (): Promise<unknown> => {
      const result = wakeup(bot, ann, 'tea', { places }).catch((error: unknown) => error)
      await settle(60_000)
      return result
    }
    sim.user('ann').refuse()
    await settle(1000)
    expect(await tried()).toMatchObject({ delivered: 'no' })
    sim.user('ann').allow()
    await settle(1000)
    sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'hang' } })
    expect(await tried()).toMatchObject({ delivered: 'unknown' })
    expect(await tried()).toMatchObject({ kind: 'used' })
  })

  it('TF-11 a refusal because the period is used up is a result', async () => {
    const { bot, sim, places, ann, settle } = await start()
    sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'error', code: 40_034_122 } })
    const result = wakeup(bot, ann, 'tea', { places })
    await settle(1000)
    expect((await result).kind).toBe('used')
    const again = wakeup(bot, ann, 'tea', { places })
    await settle(1000)
    expect((await again).kind).toBe('used')
    expect(sim.log.of('call').filter(({ route }) => route === 'c2c.send')).toHaveLength(1)
  })

  it('TF-10 no two moments of one period are open, and each period begins open', () => {
    fc.assert(
      fc.property(fc.nat(40 * DAY), fc.nat(40 * DAY), (first, later) => {
        const [wokenAt, now] = [Math.min(first, later), Math.max(first, later)]
        const periodOf = (time: number): number =>
          wakeupPeriodDays.findIndex(([from, to]) => time >= from * DAY && time < to * DAY)
        const { kind } = wakeupState({ heardAt: 0, wokenAt }, now)
        const expected = periodOf(now) < 0 ? 'over' : periodOf(now) === periodOf(wokenAt) ? 'used' : 'open'
        expect(kind).toBe(expected)
      }),
    )
  })

  it('TF-04 wrong use is told with what to write instead', async () => {
    const { bot, places, ann } = await start()
    await expect(wakeup(bot, 'STRANGER', 'tea', { places })).rejects.toMatchObject({
      code: 'not_heard',
      advice: { en: expect.stringContaining('rememberPlaces(bot)') as unknown },
    })
    await expect(wakeup(bot, ann, 'tea', {} as never)).rejects.toMatchObject({ code: 'no_places' })
    const others = rememberPlaces(new Bot({ appId: '7', secret: 's', log: false }))
    await expect(wakeup(bot, ann, 'tea', { places: others })).rejects.toMatchObject({ code: 'no_places' })
    await expect(wakeup(bot, ann, '', { places })).rejects.toMatchObject({ code: 'no_message' })
    await expect(wakeup({} as Bot, ann, 'tea', { places })).rejects.toMatchObject({ code: 'no_bot' })
    await expect(wakeup(bot, { scene: 'group', id: 'G' } as never, 'tea', { places })).rejects.toMatchObject({
      code: 'bad_target',
    })
  })
})
