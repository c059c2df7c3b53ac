import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { ManualClock, transportContract, type TransportSubject } from '@qqkit/core/testing'
import { createMemorySimulator } from '@qqkit/simulator'
import { describe, it } from 'vitest'
import { WebSocketServer } from 'ws'

import { wsTransport } from '../../src/index.js'

const realSockets = async (): Promise<TransportSubject> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const received: string[] = []
  server.on('connection', (socket) => {
    socket.on('message', (data) => received.push((data as Buffer).toString()))
    socket.on('error', () => {})
    socket.send('{"op":10,"d":{"heartbeat_interval":41250}}')
  })
  const { port } = server.address() as AddressInfo
  return {
    transport: wsTransport(),
    url: `ws://127.0.0.1:${port}`,
    // Port 1 is reserved, so nobody listens there.
    deadUrl: 'ws://127.0.0.1:1',
    remoteClose: (code, reason) => {
      for (const socket of server.clients) socket.close(code, reason)
    },
    remoteBreak: () => {
      for (const socket of server.clients) socket.terminate()
    },
    received: () => received,
    connections: () => server.clients.size,
    pass: () => setImmediate(),
    dispose: async () => {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const memory = async (): Promise<TransportSubject> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock })
  const frames = (): readonly string[] =>
    sim.log
      .entries()
      .flatMap((entry) => (entry.kind === 'frame' && entry.direction === 'in' ? [entry.text] : []))
  let open = 0
  sim.subscribe((entry) => {
    if (entry.kind === 'connection') open += { opened: 1, closed: -1, frozen: 0 }[entry.change]
  })
  return {
    transport: sim.transport,
    url: 'ws://simulator.invalid/websocket',
    deadUrl: 'ws://nobody.invalid/websocket',
    remoteClose: (code, reason) => void sim.faults.close(code, reason),
    remoteBreak: () => void sim.faults.dropConnections(),
    received: frames,
    connections: () => open,
    pass: () => clock.settle(),
    dispose: () => sim.close(),
  }
}

describe('ws', () => {
  for (const { name, run } of transportContract(realSockets)) it(name, run)
})

describe('memory', () => {
  for (const { name, run } of transportContract(memory)) it(name, run)
})
