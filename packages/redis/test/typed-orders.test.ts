import { Bot } from '@qqkit/bot'
import { systemClock } from '@qqkit/core'
import { createMemorySimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { controlWordsOf, isOrder } from '../src/events/raw-event.js'
import { HandSource, message } from './support/hand-source.js'

const ME = { is_you: true, bot: true, member_openid: 'D4', username: 'tea bot' }

/** How people type a control word, and what is none. */
const TYPED = [
  '/stop',
  ' /stop now',
  '/STOP',
  '／stop',
  '/停止',
  '／停止吧',
  '/停止。',
  '\u200B/stop\u00A0',
  '<@!77> /stop',
  '<qqbot-at-user id="D4" /> /stop',
  '/stop <@C9>',
  '@tea bot /stop',
  '@ann /stop',
  'stop',
  '/ stop',
  '/stopped',
  'please /stop',
  '/newest',
  '/新对话，谢谢',
  '/',
  '',
]

it('RD-38 a message is an order where a bot reads it as the command', async () => {
  const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
  const hand = new HandSource()
  const { rest, gateway: _, ...connection } = sim.botOptions()
  const bot = new Bot({ ...connection, rest, source: hand, log: () => {} })
  const read: string[] = []
  bot.command('stop', { aliases: ['停止'] }, (ctx) => void read.push(ctx.message.content))
  bot.command('new', { aliases: ['新对话'] }, (ctx) => void read.push(ctx.message.content))
  bot.on('message', () => {})
  const running = bot.start()
  await bot.ready()
  const frames = TYPED.map((typed) => {
    const frame = message(typed)
    return { ...frame, d: { ...(frame.d as object), mentions: [ME] } }
  })
  for (const frame of frames) hand.push(frame)
  await bot.stop()
  await running
  await sim.close()
  const words = controlWordsOf()
  const orders = TYPED.filter((_typed, index) => isOrder(frames[index]!, words))
  expect(orders.toSorted()).toEqual(read.toSorted())
  expect(read).toHaveLength(13)
})
