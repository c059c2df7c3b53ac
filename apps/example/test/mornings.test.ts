import { memoryRecordStore } from '@qqkit/bot/proactive'
import { startSimulator } from '@qqkit/simulator'
import type { Cron } from 'croner'
import { expect, it } from 'vitest'

import { createBot } from '../src/bot.js'
import { sayGoodMorning } from '../src/mornings.js'

it('TF-08 greets every known group once a day, at eight in China', async () => {
  const sim = await startSimulator({ page: false })
  const stores = { places: memoryRecordStore<never>(), news: memoryRecordStore<never>() }
  let job: Cron | null = null
  const bot = createBot({ ...sim.botOptions(), log: false }, 0, (one) => (job = sayGoodMorning(one, stores)))
  void bot.start()
  await bot.ready()
  const texts: string[] = []
  const pong = new Promise<void>((resolve) => {
    sim.subscribe((entry) => {
      if (entry.kind !== 'message' || entry.direction !== 'out') return
      texts.push(entry.content)
      resolve()
    })
  })
  sim.group('room').user('bob').say('/ping')
  await pong
  const mornings = job as unknown as Cron
  expect(mornings.nextRun()?.toISOString()).toMatch(/T00:00:00/)
  await mornings.trigger()
  await mornings.trigger()
  expect(texts).toEqual(['pong', 'Good morning!'])
  mornings.stop()
  await bot.stop()
  await sim.close()
})
