/** Idle bots of one process, each with a client of its own. */
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { Bot } from '@qqkit/bot'

import { heapInUse } from '../gateway/heap.js'

const [, , port, total] = process.argv
const url = `http://127.0.0.1:${port}`
/** Bots that load what all share, and are not counted. */
const FIRST = 50
const AT_ONCE = 50
const bots: Bot[] = []

const startBots = async (count: number): Promise<void> => {
  for (const target = bots.length + count; bots.length < target;) {
    const batch = Array.from({ length: Math.min(AT_ONCE, target - bots.length) }, (_, index) => {
      const appId = String(102_000_001 + bots.length + index)
      const bot = new Bot({ appId, secret: 'bench', baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` })
      return bot.on('message', (ctx) => ctx.reply('pong'))
    })
    for (const bot of batch) void bot.start()
    await Promise.all(batch.map(async (bot) => bot.ready()))
    bots.push(...batch)
  }
}

/** Waits until only the connection of each bot's shard is open, then counts the heap. */
const idleHeap = async (): Promise<number> => {
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  while (sockets() > bots.length) await sleep(50)
  return heapInUse()
}

await startBots(FIRST)
const before = await idleHeap()
await startBots(Number(total))
process.send?.({ 'heap per bot (KiB)': ((await idleHeap()) - before) / Number(total) / 1024 })
