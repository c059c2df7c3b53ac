import { Bot, type BotOptions, button, image, keyboard, markdown } from '../../src/index.js'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A bot as users write them: a function of options. */
export const createBot = (options: BotOptions): Bot => {
  const bot = new Bot({ ...options, interactionAck: 'handler' })
  bot.command('ping', (ctx) => ctx.reply('pong'))
  bot.command('tea', (ctx) =>
    ctx.reply({
      ...markdown`
A cup of **tea**?
      `,
      ...keyboard([[button.callback('Yes', 'tea')]]),
    }),
  )
  bot.on('interaction', async (ctx) => {
    await ctx.ack(0)
    await ctx.reply(`Here is your ${ctx.data}.`)
  })
  bot.command('three', async (ctx) => {
    for (const text of ['1', '2', '3']) await ctx.reply(text)
  })
  bot.command('picture', (ctx) => ctx.reply(image(PNG)))
  bot.command('story', (ctx) =>
    ctx.stream(
      (async function* tell() {
        for (const word of ['Once ', 'upon ', 'a time']) yield word
      })(),
    ),
  )
  bot.command('typing', async (ctx) => {
    await ctx.typing()
    await ctx.reply('typed')
  })
  bot.command('broken', () => {
    throw new RangeError('the kettle is empty')
  })
  bot.command('news', async (ctx) => {
    await ctx.send('news')
  })
  bot.on('FRIEND_ADD', (ctx) => ctx.reply('Welcome!'))
  bot.hears('quiet', () => {})
  return bot
}
