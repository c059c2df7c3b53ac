import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import process from 'node:process'

import type { Bot } from '@qqkit/bot'

/** ms for the first call. */
const PATIENCE = 8000

/**
 * Serves `/health`: 200 while the bot receives events, otherwise 503 with the reason.
 *
 * @throws Error `EADDRINUSE`
 */
const serveHealth = async (bot: Bot, port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    const { state, reason } = bot.status()
    const known = request.url === '/health'
    response.writeHead(known ? (state === 'ready' ? 200 : 503) : 404, { 'content-type': 'application/json' })
    response.end(known ? JSON.stringify({ state, reason }) : '')
  })
  server.listen(port)
  await once(server, 'listening')
  return server
}

/**
 * Runs a bot until it is stopped, with its health endpoint if there is a port.
 *
 * @throws RestError when QQ cannot be reached or refuses the credentials; later, the bot reconnects alone
 */
export const runBot = async (bot: Bot, port: number | null): Promise<void> => {
  const health = port === null ? null : await serveHealth(bot, port)
  try {
    await bot.api.me.get({ timeout: PATIENCE })
    // The bot has logged why it stopped for good.
    await bot.start().catch(() => (process.exitCode = 1))
  } finally {
    health?.close()
  }
}
