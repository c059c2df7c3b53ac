import { setTimeout as wait } from 'node:timers/promises'

import { Bot, button, image, keyboard, markdown, type BotOptions } from '@qqkit/bot'

/** ms that /slow thinks. Longer than the five minutes in which a group message can be answered. */
const SIX_MINUTES = 6 * 60_000

const PICTURE = new URL('../tea.png', import.meta.url)

const STORY = 'Once upon a time there was a bot that never went deaf.'

/** Stands for a language model: `ctx.stream` takes the output of such clients, an async iterable of texts. */
async function* tell(signal: AbortSignal): AsyncGenerator<string> {
  for (const word of STORY.split(/(?<= )/)) {
    yield word
    await wait(50, undefined, { signal })
  }
}

/**
 * The whole bot: its commands and its replies. It works in private chats, groups and guild channels.
 *
 * @param prepare called before the handlers are registered
 */
export const createBot = (
  options: BotOptions,
  thinkingTime: number = SIX_MINUTES,
  prepare: (bot: Bot) => void = () => {},
): Bot => {
  const bot = new Bot(options)
  prepare(bot)

  bot.command('ping', { description: 'answers pong' }, (ctx) => ctx.reply('pong'))

  // The words after a command are in ctx.args.
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

  // A picture from the disk. An address, bytes or a stream would do as well.
  bot.command('picture', { description: 'shows the cup' }, (ctx) => ctx.reply(image({ path: PICTURE })))

  // A text that is still being generated, at the pace of a language model. In private chats the message grows.
  bot.command('story', { description: 'tells one, word by word' }, (ctx) => ctx.stream(tell(ctx.signal)))

  // An answer after the reply window has closed. ctx.reply notices, and sends a proactive message instead.
  bot.command('slow', { description: 'thinks for a while' }, async (ctx) => {
    await ctx.reply('Let me think…')
    await wait(thinkingTime, undefined, { signal: ctx.signal })
    await ctx.reply('42. Sorry for the wait!')
  })

  bot.help()

  // Everything else. Handlers run in registration order, so this one comes last.
  bot.on('message', (ctx) =>
    ctx.reply(ctx.text === '' ? 'Send /help to see what I can do.' : `You said: ${ctx.text}`),
  )

  return bot
}
