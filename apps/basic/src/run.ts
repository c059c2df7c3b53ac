import process from 'node:process'

import { botOptions, readConfig } from '../../common/src/config.js'
import { runBot } from '../../common/src/run-bot.js'
import { createBot } from './bot.js'

/** Runs the bot with the settings of the environment. */
export const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  await runBot(createBot(botOptions(config)), config.port)
}
