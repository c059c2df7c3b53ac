/** Idle bots of one process, each with a client of its own. */
import { get } from 'node:http'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { Bot } from '@qqkit/bot'

import { heapInUse } from '../gateway/heap.js'
import { CLOSE_IDLE } from './platform.js'

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

/** The heap when nothing more is let go: the last closed connections are dropped a moment later. */
const settledHeap = async (): Promise<number> => {
  for (let last = heapInUse(); ;) {
    await sleep(50)
    const now = heapInUse()
    if (last - now < last / 1000) return now
    last = now
  }
}

interface Heaps {
  /** A moment after the start: the HTTP connection of each bot is still open. */
  readonly connected: number
  /** Later, when only the connection of each bot's shard is open. */
  readonly alone: number
}

const measureHeaps = async (): Promise<Heaps> => {
  const connected = heapInUse()
  await new Promise((resolve, reject) => {
    get(`${url}${CLOSE_IDLE}`, { agent: false }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    )
  })
  return { connected, alone: await settledHeap() }
}

await startBots(FIRST)
const { alone: before } = await measureHeaps()
await startBots(Number(total))
const after = await measureHeaps()
const perBot = (bytes: number): number => (bytes - before) / Number(total) / 1024
process.send?.({
  'heap per bot (KiB)': perBot(after.alone),
  'with its HTTP connection (KiB)': perBot(after.connected),
})
