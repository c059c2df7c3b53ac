import { once } from 'node:events'
import { createServer } from 'node:http'

import { WebSocketServer, type WebSocket } from 'ws'

const C2C = 1 << 25

/** A call that closes all unused HTTP connections. */
export const CLOSE_IDLE = '/close-idle'

/** What a bench server does with its bots. */
export interface Platform {
  /** `s` of READY; the next event has the number after it. */
  readonly readySeq: number
  /** Begins to send events to a bot that has identified. */
  readonly serve: (socket: WebSocket, knowsPeople: boolean) => void
  /** Called after each message that a bot has sent. */
  readonly onAnswer: () => void
  /** Answers a heartbeat. */
  readonly acknowledge?: (socket: WebSocket) => void
}

const answerTo = (path: string, port: number): object => {
  if (path === '/app/getAppAccessToken') return { access_token: 'AT_bench', expires_in: '7200' }
  if (path.startsWith('/gateway')) {
    const limit = { total: 100_000, remaining: 100_000, reset_after: 86_400_000, max_concurrency: 10_000 }
    return { url: `ws://127.0.0.1:${port}/websocket`, shards: 1, session_start_limit: limit }
  }
  if (path === '/users/@me') return { id: '1', username: 'bench', bot: true }
  return { id: 'ROBOT1.0_bench.sent', timestamp: '2026-09-01T09:08:09+08:00' }
}

/** A platform that only admits bots and takes their answers; what it sends is its user's. Returns the port. */
export const startPlatform = async ({
  readySeq,
  serve,
  onAnswer,
  acknowledge = (socket) => socket.send('{"op":11}'),
}: Platform): Promise<number> => {
  let port = 0
  const http = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      const path = request.url ?? ''
      response.end(JSON.stringify(answerTo(path, port)))
      if (path.endsWith('/messages')) onAnswer()
      // As the end of keep-alive does.
      if (path === CLOSE_IDLE) response.on('close', () => http.closeIdleConnections())
    })
  })
  http.keepAliveTimeout = 60_000
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }))
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as {
        op: number
        d: { intents: number; shard?: [number, number] }
      }
      if (frame.op === 1) acknowledge(socket)
      if (frame.op !== 2) return
      const user = { id: '1', username: 'bench', bot: true }
      const session = { session_id: `s-${Math.random()}`, resume_gateway_url: `ws://127.0.0.1:${port}` }
      const d = { version: 1, ...session, user, shard: frame.d.shard ?? [0, 1] }
      socket.send(JSON.stringify({ op: 0, s: readySeq, t: 'READY', d }))
      serve(socket, (frame.d.intents & C2C) !== 0)
    })
    // Clients are killed at the end of a run, without a close frame.
    socket.on('error', () => {})
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (typeof address === 'object' && address) port = address.port
  return port
}
