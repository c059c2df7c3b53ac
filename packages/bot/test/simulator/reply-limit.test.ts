import { afterEach, describe, expect, it } from 'vitest'

import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

describe('BT-18 the reply budget', () => {
  let stage: MemoryBot

  afterEach(async () => {
    await stage.close()
  })

  /** Six answers to one message, and what the budget said before each. */
  const sixAnswers = async (where: 'c2c' | 'group') => {
    const { bot, sim, settle } = stage
    const budgets: unknown[] = []
    const caught: unknown[] = []
    bot.catch((error) => caught.push(error))
    bot.on('message', async (ctx) => {
      for (const n of [1, 2, 3, 4, 5, 6]) {
        budgets.push([ctx.replyBudget?.remaining, ctx.replyBudget?.open])
        await ctx.reply(String(n))
      }
    })
    void bot.start()
    await settle(1000)
    if (where === 'c2c') sim.user('ann').say('hi')
    else sim.group('room').user('ann').say('hi')
    await settle(60_000)
    return { budgets, caught }
  }

  const calls = (): number => stage.sim.log.of('call').filter(({ route }) => route.endsWith('.send')).length

  it.each([
    ['c2c', 4],
    ['group', 5],
  ] as const)(
    'advises and never blocks: where no limit holds, all six are answers (%s)',
    async (where, count) => {
      stage = memoryBot({}, { live: { replyLimit: 'off' } })
      const { budgets, caught } = await sixAnswers(where)
      expect(caught).toEqual([])
      expect(stage.said().map((said) => said.split(' ')[2])).toEqual(
        Array.from({ length: 6 }, () => 'reply:'),
      )
      expect([calls(), budgets]).toEqual([
        6,
        [0, 1, 2, 3, 4, 5].map((used) => [Math.max(0, count - used), used < count]),
      ])
    },
  )

  it.each(
    (['code_22009', 'code_40034128', 'status_500'] as const).flatMap((replyLimit) =>
      (['c2c', 'group'] as const).map((where) => [replyLimit, where] as const),
    ),
  )(
    'leaves it to the platform to refuse (%s, %s): what is over goes out once, proactively',
    async (replyLimit, where) => {
      stage = memoryBot({}, { live: { replyLimit } })
      const { caught } = await sixAnswers(where)
      const count = where === 'c2c' ? 4 : 5
      expect(caught).toEqual([])
      expect(stage.said().map((said) => said.split(' ').slice(2).join(' '))).toEqual(
        [1, 2, 3, 4, 5, 6].map((n) => `${n > count ? 'proactive' : 'reply'}: ${n}`),
      )
      // One refused attempt for each that was over.
      expect(calls()).toBe(6 + (6 - count))
    },
  )
})
