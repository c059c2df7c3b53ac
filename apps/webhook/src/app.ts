import type { Bot } from '@qqkit/bot'
import { Hono } from 'hono'

/** What the process serves: the webhook of the bot, and its health. Routes of your own go here. */
export const createApp = (bot: Bot): Hono => {
  const app = new Hono()
  // The bot checks the signature of each push, and answers when its handlers are done.
  app.post('/qq', (c) => bot.webhook.fetch(c.req.raw))
  app.get('/health', (c) => {
    const { state, reason } = bot.status()
    return c.json({ state, reason }, state === 'ready' ? 200 : 503)
  })
  return app
}
