/**
 * A platform that writes many frames at a time, as a busy connection delivers them, in a separate process. Its
 * arguments are the mode, the number of messages and the number of people. Modes: `whole` writes 64 frames at a time,
 * `odd` the same bytes in pieces that begin and end anywhere in a frame.
 */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import process from 'node:process'

import type { WebSocket } from 'ws'

import { startPlatform } from '../bot/platform.js'
import { createBurst, READY_SEQ } from './frames.js'

const [, , mode = 'whole', ...numbers] = process.argv
const [total = 1, people = 1] = numbers.map(Number)

/** Sizes of the pieces of mode `odd`: within a frame, over some, and over many. */
const PIECES = [1, 700, 13, 4099, 2, 1447, 32_003, 127, 9973]

/** Connections whose heartbeat is answered after the burst that is being written. */
const owed = new Set<WebSocket>()
const ACK = Buffer.from([0x81, 9, ...Buffer.from('{"op":11}')])

const write = async (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    socket.write(bytes, () => resolve())
  })

const writeInPieces = async (socket: Socket, bytes: Buffer): Promise<void> => {
  for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
    const end = at + (PIECES[piece % PIECES.length] ?? bytes.length)
    await write(socket, bytes.subarray(at, end))
    at = end
  }
}

const pour = async (socket: WebSocket, knowsPeople: boolean): Promise<void> => {
  const { _socket: underneath } = socket as unknown as { _socket: Socket }
  underneath.setNoDelay(true)
  const burst = createBurst(64, people, knowsPeople)
  const send = mode === 'odd' ? writeInPieces : write
  for (let sent = 0; sent < total; sent += burst.size) {
    await send(underneath, burst.bytes(READY_SEQ + 1 + sent, Math.min(burst.size, total - sent)))
    if (owed.delete(socket)) await write(underneath, ACK)
  }
}

process.send?.(
  await startPlatform({
    readySeq: READY_SEQ,
    serve: (socket, knowsPeople) => {
      let pouring = true
      socket.on('message', () => {
        if (!pouring && owed.delete(socket)) socket.send('{"op":11}')
      })
      void pour(socket, knowsPeople).finally(() => {
        pouring = false
      })
    },
    acknowledge: (socket) => owed.add(socket),
    onAnswer: () => {},
  }),
)
