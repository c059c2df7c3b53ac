/** The floor for idle connections: a socket, a parsed HELLO and READY, and a heartbeat timer. */
import process from 'node:process'

import { WebSocket } from 'ws'

import { heapInUse } from './heap.js'

const [, , port, total] = process.argv
const shards = Number(total)

const connect = (index: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as {
        op: number
        t?: string
        d: { heartbeat_interval: number }
      }
      if (frame.op === 10) {
        setInterval(() => socket.send(JSON.stringify({ op: 1, d: null })), frame.d.heartbeat_interval)
        socket.send(
          JSON.stringify({ op: 2, d: { token: 'QQBot x', intents: 1 << 25, shard: [index, shards] } }),
        )
      } else if (frame.t === 'READY') {
        resolve()
      }
    })
  })

const before = heapInUse()
await Promise.all(Array.from({ length: shards }, (_, index) => connect(index)))
process.send?.({ 'heap per shard (KiB)': (heapInUse() - before) / shards / 1024 })
