import { once } from 'node:events'
import process from 'node:process'

import { createAdaptorServer } from '@hono/node-server'

import { botOptions, readConfig } from '../../common/src/config.js'
import { createApp } from './app.js'
import { createBot } from './bot.js'

/** The port of the Dockerfile and of the notes for a reverse proxy. */
const PORT = 8080
/** ms for the first call. */
const PATIENCE = 8000

/** Runs the bot with the settings of the environment, until it is stopped. */
export const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  // `qqkit dev` knows no address of the bot: there, events come over the gateway.
  const onSimulator = process.env['QQ_SIMULATOR_URL'] !== undefined
  const bot = createBot({ ...botOptions(config), ...(onSimulator && { source: 'gateway' }) })
  const server = createAdaptorServer({ fetch: createApp(bot).fetch })
  server.listen(config.port ?? PORT)
  await once(server, 'listening')
  try {
    await bot.api.me.get({ timeout: PATIENCE })
    // The bot has logged why it stopped for good.
    await bot.start().catch(() => (process.exitCode = 1))
  } finally {
    server.close()
  }
}
