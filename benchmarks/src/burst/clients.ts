/** Everything that receives bursts. Each imports its library when it is chosen, so that a process holds one only. */
import https from 'node:https'
import net from 'node:net'

import { localAccess } from '../gateway/access.js'
import type { CountEvent } from '../measure/count-events.js'

/** Connects to the platform at an address and calls a function with each event. */
export type Receiver = (url: string, count: CountEvent) => Promise<unknown>

const INTENTS = 1 << 25
const credentials = { appId: '102000001', secret: 'bench-secret-0001' }

const bare: Receiver = async (url, count) => {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false })
  let seq = 0
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { op: number; s?: number; t?: string }
    if (frame.op === 10) {
      const d = { token: 'QQBot AT_bench', intents: INTENTS, shard: [0, 1], seq }
      socket.send(JSON.stringify({ op: 2, d }))
    } else if (frame.op === 0) {
      seq = frame.s ?? seq
      if (frame.t !== 'READY') count()
    }
  })
}

const gateway: Receiver = async (url, count) => {
  const { Gateway } = await import('@qqkit/gateway')
  const ours = new Gateway({ intents: INTENTS, access: localAccess(new URL(url).port) })
  ours.on('dispatch', () => count())
  return ours.run()
}

const bot =
  (reads: boolean): Receiver =>
  async (url, count) => {
    const { Bot } = await import('@qqkit/bot')
    const ours = new Bot({ ...credentials, baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` })
    if (reads) {
      ours.on('message', (ctx) => {
        if (ctx.text.length > 0) count()
      })
    } else {
      ours.on('message', () => count())
    }
    return ours.start()
  }

/** Some libraries have built-in hosts: this agent sends their requests, as plain HTTP, to the bench server. */
const redirect = (url: string): void => {
  const port = Number(new URL(url).port)
  class BenchAgent extends https.Agent {
    override createConnection(): net.Socket {
      return net.connect(port, '127.0.0.1')
    }
  }
  https.globalAgent = new BenchAgent()
}

const discord: Receiver = async (url, count) => {
  const { WebSocketManager, WebSocketShardEvents } = await import('@discordjs/ws')
  const information = await localAccess(new URL(url).port).gateway()
  const rest = { get: async () => Promise.resolve(information) }
  const manager = new WebSocketManager({ token: 'x', intents: INTENTS, rest } as never)
  manager.on(WebSocketShardEvents.Dispatch, ({ t }: { t: string }) => {
    if (t !== 'READY') count()
  })
  return manager.connect()
}

const official: Receiver = async (url, count) => {
  redirect(url)
  const library = await import('qq-official-bot')
  // The loader of TypeScript gives its names directly, and Node below `default`.
  const { Bot, ReceiverMode } = (library.default as typeof library.default | undefined) ?? library
  const theirs = new Bot({
    appid: credentials.appId,
    secret: credentials.secret,
    mode: ReceiverMode.WEBSOCKET,
    logLevel: 'off',
    removeAt: true,
    sandbox: false,
    intents: ['GROUP_AND_C2C_EVENT'],
  } as never)
  theirs.on('message', () => count())
  return theirs.start()
}

const guild: Receiver = async (url, count) => {
  redirect(url)
  const { createWebsocket } = await import('qq-guild-bot')
  const theirs = createWebsocket({
    appID: credentials.appId,
    token: 'bench',
    intents: ['PUBLIC_GUILD_MESSAGES'],
    sandbox: false,
  } as never)
  theirs.on('PUBLIC_GUILD_MESSAGES', () => count())
}

const satori: Receiver = async (url, count) => {
  const { Context, HTTP } = await import('@satorijs/core')
  // Its types name files without an extension, which no strict compiler finds.
  const { QQBot } = (await import('@satorijs/adapter-qq')) as unknown as {
    QQBot: { prototype: { getAccessToken: () => Promise<string> } }
  }
  // The address of its token is built in.
  QQBot.prototype.getAccessToken = async () => Promise.resolve('AT_bench')
  const app = new Context()
  app.plugin(HTTP)
  app.plugin(
    QQBot as never,
    {
      id: credentials.appId,
      secret: credentials.secret,
      type: 'public',
      authType: 'bearer',
      sandbox: false,
      endpoint: url,
      intents: INTENTS,
      protocol: 'websocket',
      gatewayUrl: `${url.replace('http', 'ws')}/websocket`,
    } as never,
  )
  app.on('message' as never, (() => count()) as never)
  await app.start()
}

/** By name; the first is the floor. */
export const receivers: Readonly<Record<string, Receiver>> = {
  'bare ws + JSON.parse': bare,
  '@qqkit/gateway': gateway,
  '@qqkit/bot, reading nothing': bot(false),
  '@qqkit/bot, reading the text': bot(true),
  '@discordjs/ws': discord,
  'qq-official-bot': official,
  '@satorijs/adapter-qq': satori,
  'qq-guild-bot (channel messages)': guild,
}
