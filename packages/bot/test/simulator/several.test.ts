import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Bot } from '../../src/index.js'

it('several bots in one process share nothing: one fails, one stops, one keeps running', async () => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed: 1, sessionStarts: { maxConcurrency: 10 } })
  const accounts = [sim.credentials, sim.addBot(), { ...sim.addBot(), secret: 'wrong' }]
  const records: string[][] = [[], [], []]
  const bots = accounts.map(({ appId, secret }, n) => {
    const bot = new Bot({
      appId,
      secret,
      baseUrl: sim.url,
      tokenUrl: sim.tokenUrl,
      clock,
      random: () => 0.5,
      handleSignals: true,
      log: ({ event }) => void records[n]?.push(event),
      rest: { dispatcher: sim.dispatcher },
      gateway: { transport: sim.transport },
    })
    return bot.on('message', async (ctx) => ctx.reply(`bot ${n} heard ${ctx.text}`))
  })
  const listeners = process.listenerCount('SIGTERM')
  const runs = bots.map((bot) =>
    bot.start().then(
      () => 'stopped',
      (error: Error) => error.message,
    ),
  )
  await clock.advance(2000)
  const say = async (text: string): Promise<void> => {
    for (const { appId } of accounts) sim.user('ann', appId).say(text)
    await clock.advance(2000)
  }
  await say('1')
  const stopped = bots[0]?.stop()
  await clock.advance(2000)
  await stopped
  await say('2')
  const said = sim.log
    .of('message')
    .filter(({ direction }) => direction === 'out')
    .map(({ content }) => content)
  expect(said).toEqual(['bot 0 heard 1', 'bot 1 heard 1', 'bot 1 heard 2'])
  expect(bots.map((bot) => bot.status().state)).toEqual(['stopped', 'ready', 'stopped'])
  expect(records.map((events) => events.filter((event) => event === 'bot.stopped'))).toEqual([
    ['bot.stopped'],
    [],
    ['bot.stopped'],
  ])
  const rest = bots[1]?.stop()
  await clock.advance(30_000)
  await rest
  expect(await Promise.all(runs)).toEqual(['stopped', 'stopped', expect.stringContaining('100016')])
  expect(process.listenerCount('SIGTERM')).toBe(listeners)
  await sim.close()
  expect(clock.pending).toBe(0)
})
