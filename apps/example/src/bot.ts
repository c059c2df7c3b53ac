import { setTimeout as wait } from 'node:timers/promises'

import { Bot, image, type BotOptions } from '@qqkit/bot'

import { addHandlers } from '../../basic/src/bot.js'

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
 * The bot of the demonstration: what shows best on a page, and all that the template `basic` does.
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

  return addHandlers(bot)
}
