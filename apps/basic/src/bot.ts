import { Bot, button, keyboard, markdown, type BotOptions } from '@qqkit/bot'

/** Registers what the bot does. It works in private chats, groups and guild channels. */
export const addHandlers = (bot: Bot): Bot => {
  bot.command('ping', { description: 'answers pong' }, (ctx) => ctx.reply('pong'))

  // The text after a command is in ctx.command.rest, its words are in ctx.args.
  bot.command('echo', { usage: '<text>', description: 'says it again' }, (ctx) =>
    ctx.reply(ctx.command?.rest || 'Say something after /echo.'),
  )

  // Markdown with a button below it.
  bot.command('tea', { description: 'offers a cup' }, (ctx) =>
    ctx.reply({
      ...markdown`
Would you like a cup of **tea**?
      `,
      ...keyboard([[button.callback('Yes', 'tea', { visitedLabel: 'Coming' })]]),
    }),
  )

  // A click arrives by the data of its button. The bot has already acknowledged it, so that the button stops spinning.
  bot.button('tea', (ctx) => ctx.reply(`Here is your ${ctx.data}.`))

  bot.help()

  // Everything else. Handlers run in registration order, so this one comes last.
  bot.on('message', (ctx) =>
    ctx.reply(ctx.text === '' ? 'Send /help to see what I can do.' : `You said: ${ctx.text}`),
  )

  return bot
}

/** The bot, for production and for tests. */
export const createBot = (options: BotOptions): Bot => addHandlers(new Bot(options))
