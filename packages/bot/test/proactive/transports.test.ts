/** Places and a broadcast over both transports, on real sockets. */
import { afterEach, expect, it } from 'vitest'

import { broadcast, type Places, rememberPlaces } from '../../src/proactive/index.js'
import { type SocketBot, startSocketBot, type Transport } from '../support/socket-bot.js'

let stage: SocketBot | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

it.each<Transport>(['gateway', 'webhook'])(
  'TF-05 a place heard of over the %s gets a broadcast',
  async (source) => {
    let places: Places | null = null
    stage = await startSocketBot(source, (bot) => {
      places = rememberPlaces(bot)
      bot.on('message', async (ctx) => ctx.reply('pong'))
    })
    const { sim, bot, answer } = stage
    const pong = answer()
    sim.group('room').user('bob').say('hi')
    expect((await pong).content).toBe('pong')
    const news = answer()
    const report = await broadcast(bot, places as unknown as Places, 'news')
    expect(report.counts.sent).toBe(1)
    expect(await news).toMatchObject({ scene: 'group', content: 'news' })
  },
)
