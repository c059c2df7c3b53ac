import { Bot, button, keyboard, markdown, type BotOptions } from '@qqkit/bot'

/** The bot, for production and for tests. */
export const createBot = (options: BotOptions): Bot => {
  const bot = new Bot({ source: 'webhook', ...options })

  bot.command('ping', { description: 'answers pong' }, (ctx) => ctx.reply('pong'))

  // A question with two buttons: people can answer without a mention of the bot.
  bot.command('deploy', { usage: '<version>', description: 'asks before it deploys' }, (ctx) => {
    const version = ctx.args[0] ?? 'latest'
    return ctx.reply({
      ...markdown`Deploy **${version}**?`,
      ...keyboard([[button.callback('Deploy', `deploy:${version}`), button.callback('Cancel', 'cancel')]]),
    })
  })
  bot.button(/^deploy:(.+)$/, (ctx) => ctx.reply(`Deploying ${ctx.match[1]}.`))
  bot.button('cancel', (ctx) => ctx.reply('Nothing was deployed.'))

  bot.help()

  // Everything else. Handlers run in registration order, so this one comes last.
  bot.on('message', (ctx) => ctx.reply('Send /help to see what I can do.'))

  return bot
}
