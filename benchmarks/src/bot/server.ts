/**
 * A platform that sends messages one by one, in a separate process. Its arguments are the mode, the number of messages
 * and the number of people. Modes: `flow` keeps 256 messages unanswered, `pour` does not wait for answers, `rate` sends
 * one message a millisecond, `first` sends one, `idle` none.
 */
import process from 'node:process'

import type { WebSocket } from 'ws'

import { c2cMessage, channelMessage } from './messages.js'
import { startPlatform } from './platform.js'

const [, , mode = 'flow', ...numbers] = process.argv
const [total = 1, people = 1] = numbers.map(Number)
const WINDOW = 256
/** Most bytes in the socket's buffer before the server pauses. */
const ENOUGH = 1 << 20

/** Sends the next message to the answering bot; `null` before one is connected. */
let answered: (() => void) | null = null

/** One bot's share: all messages, numbered from 2, since READY is the first frame. */
const serve = (socket: WebSocket, knowsPeople: boolean): void => {
  let sent = 0
  /** Sends the next message; `false` if none was left. */
  const send = (): boolean => {
    if (sent === total) return false
    sent += 1
    const seq = sent + 1
    socket.send(knowsPeople ? c2cMessage(seq, sent % people) : channelMessage(seq))
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

process.send?.(await startPlatform({ readySeq: 1, serve, onAnswer: () => answered?.() }))
