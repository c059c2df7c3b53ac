// The bot that is bundled, and that other runtimes run: what depends on the runtime is in it.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

import { Bot, button, fileSessionStore, image, keyboard, markdown } from '@qqkit/bot'
import { asking } from '@qqkit/bot/asking'

const { QQ_APP_ID: appId = '', QQ_APP_SECRET: secret = '' } = process.env

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
writeFileSync('pixel.png', PIXEL)

const bot = new Bot({
  appId,
  secret,
  handleSignals: true,
  store: fileSessionStore({ path: 'session.json' }),
}).use(asking())
bot.command('ping', (ctx) => ctx.reply('pong'))
bot.command('tea', (ctx) =>
  ctx.reply({ ...markdown('Tea?'), ...keyboard([[button.callback('Yes', 'tea')]]) }),
)
bot.button('tea', (ctx) => ctx.reply('Here is your tea.'))
bot.command('picture', (ctx) => ctx.reply(image({ path: 'pixel.png' })))
bot.command('ask', async (ctx) => {
  const answer = await ctx.ask('Which?')
  await answer.reply(`Not ${answer.text}.`)
})
bot.command('story', (ctx) =>
  ctx.stream(async function* tell() {
    for (const word of ['once ', 'upon ', 'a ', 'time']) {
      yield word
      await wait(20)
    }
  }),
)

// No `await` here: a CommonJS bundle has none at the top.
bot.start().then(
  () => console.log('stopped well'),
  (error) => {
    console.error(error)
    process.exitCode = 1
  },
)
