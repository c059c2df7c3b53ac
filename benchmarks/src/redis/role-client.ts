// A process of a bot whose platform sends a message a millisecond, and the CPU that it spends on each: all of the bot, its gateway, or
// a worker of it.
import { Bot } from '@qqkit/bot'
import { Gateway } from '@qqkit/gateway'
import { qqkitRedis } from '@qqkit/redis'
import { Redis } from 'ioredis'
import process from 'node:process'

import { localAccess } from '../gateway/access.js'
import { countCpu } from '../measure/count-events.js'

const [role = '', port = '', socket = '', total = '1'] = process.argv.slice(2)
const INTENTS = 1 << 25
const url = `http://127.0.0.1:${port}`
const credentials = { appId: '102000001', secret: 'bench-secret-0001' }
const platform = { ...credentials, baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` }
const count = countCpu(Number(total))

const makeRedis = () => {
  const client = new Redis({ path: socket, lazyConnect: true })
  return qqkitRedis({ appId: credentials.appId, client })
}

const roles: Readonly<Record<string, () => Promise<unknown>>> = {
  'one process': async () => {
    const bot = new Bot(platform)
    bot.on('message', () => count())
    return bot.start()
  },
  gateway: async () => {
    const gateway = new Gateway({ access: localAccess(port), intents: INTENTS })
    gateway.on('dispatch', () => count())
    return makeRedis().publish(gateway).run()
  },
  worker: async () => {
    const source = makeRedis().source()
    const bot = new Bot({ ...platform, source })
    bot.on('message', () => count())
    const run = bot.start()
    while (source.status().state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 5))
    process.send?.('ready')
    return run
  },
}

await roles[role]?.()
