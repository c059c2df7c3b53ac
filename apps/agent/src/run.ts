import path from 'node:path'
import process from 'node:process'

import type { BotOptions } from '@qqkit/bot'
import { fileRecordStore } from '@qqkit/bot/proactive'
import type { HistoryRecord } from '@qqkit/bot/middleware'

import { botOptions, readConfig } from '../../common/src/config.js'
import { runBot } from '../../common/src/run-bot.js'
import { createAgent } from './agent.js'
import { createLog } from './log.js'
import { readModel } from './model.js'

/** Runs the agent with the settings of the environment: logs on stdout as JSON, conversations in a file. */
export const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const log = createLog(process.env['LOG_LEVEL'] || 'info')
  // On the simulator of `qqkit dev` a person reads the log: as lines of text.
  const onSimulator = process.env['QQ_SIMULATOR_URL'] !== undefined
  const options: BotOptions = { ...botOptions(config), ...(!onSimulator && { log }) }
  const model = readModel(process.env)
  const store = fileRecordStore<readonly HistoryRecord[]>({ path: path.join(config.data, 'history.jsonl') })
  try {
    await runBot(createAgent(options, { model, store }), config.port)
  } finally {
    await store.close()
  }
}
