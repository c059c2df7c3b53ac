/**
 * A gateway that only sends: HELLO, READY, then a number of group messages as fast as the client takes them. A separate
 * process, so that its work is in no contender's figures.
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import process from 'node:process'

import { WebSocketServer, type WebSocket } from 'ws'

import { groupMessage } from './frames.js'

const EVENTS = Number(process.argv[2])
/** Whether each connection is reset a moment after it has a session. */
const RESETS = process.argv[3] === 'resets'
/** ms from a session to its reset. */
const CALM = 20
/** Most bytes in the socket's buffer before the server pauses. */
const ENOUGH = 1 << 20

const reset = (socket: WebSocket): void => {
  const { _socket: underneath } = socket as unknown as { _socket: Socket }
  underneath.resetAndDestroy()
}

const pour = async (socket: WebSocket): Promise<void> => {
  for (let seq = 2; seq <= EVENTS + 1; seq += 1) {
    socket.send(groupMessage(seq))
    if (socket.bufferedAmount > ENOUGH) {
      await new Promise<void>((resolve) => {
        socket.send(JSON.stringify({ op: 11 }), () => resolve())
      })
    }
  }
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket) => {
  socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }))
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { op: number; d: { shard?: [number, number] } }
    if (frame.op === 1) socket.send(JSON.stringify({ op: 11 }))
    if (frame.op === 6) socket.send(JSON.stringify({ op: 0, s: 2, t: 'RESUMED', d: '' }))
    if (RESETS && (frame.op === 2 || frame.op === 6)) setTimeout(() => reset(socket), CALM)
    if (frame.op !== 2) return
    const user = { id: '1', username: 'bench', bot: true }
    const d = { version: 1, session_id: `s-${Math.random()}`, user, shard: frame.d.shard ?? [0, 1] }
    socket.send(JSON.stringify({ op: 0, s: 1, t: 'READY', d }))
    void pour(socket)
  })
  // Clients are killed at the end of a run, without a close frame.
  socket.on('error', () => {})
})
await once(server, 'listening')
const address = server.address()
process.send?.(typeof address === 'object' ? address?.port : null)
