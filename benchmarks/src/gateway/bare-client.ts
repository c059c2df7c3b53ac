/** The floor: the cost of `ws` and `JSON.parse` alone. */
import process from 'node:process'

import { WebSocket } from 'ws'

import { countCpu } from '../measure/count-events.js'

const [, , port, events] = process.argv
const count = countCpu(Number(events))
const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
socket.on('message', (data: Buffer) => {
  const frame = JSON.parse(data.toString()) as { op: number; t?: string }
  if (frame.op === 10) {
    const d = { token: 'QQBot x', intents: 1 << 25, shard: [0, 1] }
    socket.send(JSON.stringify({ op: 2, d }))
  } else if (frame.op === 0 && frame.t !== 'READY') {
    count()
  }
})
