import path from 'node:path'
import process from 'node:process'

import type { BotOptions } from '@qqkit/bot'
import { fileRecordStore } from '@qqkit/bot/proactive'
import type { HistoryRecord } from '@qqkit/bot/middleware'
import { pino } from 'pino'

import { botOptions, readConfig } from '../../common/src/config.js'
import { runBot } from '../../common/src/run-bot.js'
import { createAgent } from './agent.js'

/** Runs the agent with the settings of the environment: logs on stdout as JSON, conversations in a file. */
export const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const logger = pino({ level: process.env['LOG_LEVEL'] || 'info' })
  const options: BotOptions = {
    ...botOptions(config),
    log: ({ level, message, ...fields }) => logger[level](fields, message),
  }
  const store = fileRecordStore<readonly HistoryRecord[]>({ path: path.join(config.data, 'history.jsonl') })
  try {
    await runBot(createAgent(options, { store }), config.port)
  } finally {
    await store.close()
  }
}
