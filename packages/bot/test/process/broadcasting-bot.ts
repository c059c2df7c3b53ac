// A process that sends a message to many people, and continues what an earlier one began.
import process from 'node:process'

import { Bot } from '../../src/index.js'
import { broadcast, fileRecordStore } from '../../src/proactive/index.js'

const [appId = '', secret = '', baseUrl = '', path = '', people = ''] = process.argv.slice(2)

const bot = new Bot({ appId, secret, baseUrl, rest: { limits: false } })
const store = fileRecordStore<never>({ path })
const { counts } = await broadcast(
  bot,
  people.split(',').map((id) => ({ scene: 'c2c', id }) as const),
  'news',
  { resume: { id: 'news', store }, onProgress: ({ done }) => void process.stdout.write(`done ${done}\n`) },
)
process.stdout.write(`${JSON.stringify(counts)}\n`)
await store.close()
await bot.stop()
