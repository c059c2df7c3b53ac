/**
 * A platform that only admits bots, sends them messages and takes their answers, in a separate process. Its arguments
 * are the mode, the number of messages and the number of people. Modes: `flow` keeps 256 messages unanswered, `pour`
 * does not wait for answers, `rate` sends one message a millisecond, `first` sends one.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import process from 'node:process'

import { WebSocketServer, type WebSocket } from 'ws'

import { c2cMessage, channelMessage } from './messages.js'

const [, , mode = 'flow', ...numbers] = process.argv
const [total = 1, people = 1] = numbers.map(Number)
const WINDOW = 256
/** Most bytes in the socket's buffer before the server pauses. */
const ENOUGH = 1 << 20
const C2C = 1 << 25

/** Sends the next message to the answering bot; `null` before one is connected. */
let answered: (() => void) | null = null

const http = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    const path = request.url ?? ''
    response.end(JSON.stringify(answerTo(path)))
    if (path.endsWith('/messages')) answered?.()
  })
})
http.keepAliveTimeout = 60_000

const answerTo = (path: string): object => {
  if (path === '/app/getAppAccessToken') return { access_token: 'AT_bench', expires_in: '7200' }
  if (path.startsWith('/gateway')) {
    const limit = { total: 100_000, remaining: 100_000, reset_after: 86_400_000, max_concurrency: 1000 }
    return { url: `ws://127.0.0.1:${port}/websocket`, shards: 1, session_start_limit: limit }
  }
  if (path === '/users/@me') return { id: '1', username: 'bench', bot: true }
  return { id: 'ROBOT1.0_bench.sent', timestamp: '2026-09-01T09:08:09+08:00' }
}

/** One bot's share: all messages, numbered from 2, since READY is the first frame. */
const serve = (socket: WebSocket, intents: number): void => {
  let sent = 0
  /** Sends the next message; `false` if none was left. */
  const send = (): boolean => {
    if (sent === total) return false
    sent += 1
    const seq = sent + 1
    socket.send((intents & C2C) === 0 ? channelMessage(seq) : c2cMessage(seq, sent % people))
    return true
  }
  const begin: Readonly<Record<string, () => unknown>> = {
    first: send,
    flow: () => {
      for (let n = 0; n < WINDOW; n += 1) send()
    },
    pour: async () => {
      while (send()) {
        if (socket.bufferedAmount < ENOUGH) continue
        await new Promise<void>((resolve) => {
          socket.send('{"op":11}', () => resolve())
        })
      }
    },
    rate: () => {
      const start = performance.now()
      const timer = setInterval(() => {
        const missing = Math.floor(performance.now() - start) - sent
        for (let n = 0; n < missing; n += 1) if (!send()) clearInterval(timer)
      }, 1)
    },
  }
  answered = () => {
    if (mode === 'flow') send()
    process.send?.('answered')
  }
  void begin[mode]?.()
}

new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }))
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { op: number; d: { intents: number } }
    if (frame.op === 1) socket.send('{"op":11}')
    if (frame.op !== 2) return
    const user = { id: '1', username: 'bench', bot: true }
    const d = { version: 1, session_id: `s-${Math.random()}`, user, shard: [0, 1] }
    socket.send(JSON.stringify({ op: 0, s: 1, t: 'READY', d }))
    serve(socket, frame.d.intents)
  })
  // Clients are killed at the end of a run, without a close frame.
  socket.on('error', () => {})
})
http.listen(0, '127.0.0.1')
await once(http, 'listening')
const address = http.address()
const port = typeof address === 'object' ? address?.port : undefined
process.send?.(port)
