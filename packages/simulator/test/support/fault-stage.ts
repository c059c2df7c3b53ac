import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { ManualClock } from '@qqkit/core/testing'

import type { FaultEntry } from '../../src/core/kernel/log-entry.js'
import type { LogEntry, SimulatorOptions } from '../../src/index.js'
import { getToken, INTENTS, memoryClient, socketClient } from './clients.js'
import type { Frame, WireAnswer, WireCall, WireClient, WireSocket } from './wire-client.js'

/** A webhook push as it came. */
export interface Push {
  readonly headers: Headers
  readonly body: string
}

/** The answer of a webhook to the body of a push. */
export type Answering = (body: string) => string | Promise<string>

const ACCEPTED: Answering = () => '{"op":12}'

/** A bot's webhook: keeps its pushes, answers with 200, and wakes waiting tests. */
export interface Endpoint {
  readonly url: string
  readonly pushes: readonly Push[]
  /** Waits for a number of pushes. */
  until(count: number): Promise<void>
  close(): void
}

/** A client of a platform on a manual clock. */
export interface FaultStage {
  readonly client: WireClient
  readonly sim: WireClient['sim']
  readonly token: string
  readonly pass: (ms: number) => Promise<void>
  /** The next strike of a fault. */
  readonly strike: () => Promise<FaultEntry>
  /** A connection that has been greeted and has sent Identify, or Resume. */
  readonly identify: () => Promise<WireSocket>
  readonly resume: (session: string) => Promise<WireSocket>
  /** A connection that got READY, and its session. */
  readonly ready: () => Promise<{ readonly socket: WireSocket; readonly session: string }>
  /** Sends a heartbeat and waits for its ACK: earlier frames have then arrived, or are lost. */
  readonly beat: (socket: WireSocket) => Promise<void>
  readonly call: (path: string, call?: WireCall) => Promise<WireAnswer>
  readonly post: (path: string, body: unknown, signal?: AbortSignal) => Promise<WireAnswer>
  /** Serves a webhook; default answer: `{"op":12}`. */
  readonly listen: (answer?: Answering) => Promise<Endpoint>
}

/** The ways to reach a platform. */
export const adapters = ['in memory', 'over sockets'] as const

const isStrike = (entry: LogEntry): entry is FaultEntry => entry.kind === 'fault' && entry.change === 'struck'

class Pushes {
  readonly pushes: Push[] = []
  #wake: (() => void)[] = []

  take(push: Push): void {
    this.pushes.push(push)
    for (const wake of this.#wake.splice(0)) wake()
  }

  async until(count: number): Promise<void> {
    while (this.pushes.length < count) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }
}

const listenOverSockets = async (answer: Answering): Promise<Endpoint> => {
  const seen = new Pushes()
  const server = createServer((message, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of message.setEncoding('utf8') as AsyncIterable<string>) body += chunk
      seen.take({ headers: new Headers(message.headers as Record<string, string>), body })
      response.end(await answer(body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(seen, { url: `http://127.0.0.1:${port}/qq`, close: () => server.close() })
}

const listenInMemory = (
  sim: Awaited<ReturnType<typeof memoryClient>>['sim'],
  answer: Answering,
): Endpoint => {
  const seen = new Pushes()
  const url = 'http://bot.invalid/qq'
  sim.listen(url, async (request) => {
    const body = await request.text()
    seen.take({ headers: request.headers, body })
    return new Response(await answer(body))
  })
  return Object.assign(seen, { url, close: () => sim.listen(url, null) })
}

/** Runs a story on a fresh stage, and closes the stage afterwards. */
export const onFaultStage = async (
  adapter: (typeof adapters)[number],
  story: (stage: FaultStage) => Promise<void>,
  changes: SimulatorOptions = {},
): Promise<void> => {
  const clock = new ManualClock()
  const options = {
    clock,
    heartbeatTimeout: null,
    sessionStarts: { maxConcurrency: 100 },
    seed: 3,
    ...changes,
  }
  const client = adapter === 'in memory' ? await memoryClient(options) : await socketClient(options)
  const { sim } = client
  const token = await getToken(client)
  const greeted = async (): Promise<WireSocket> => {
    const socket = await client.open()
    await socket.until(({ op }) => op === 10)
    return socket
  }
  const identify = async (): Promise<WireSocket> => {
    const socket = await greeted()
    socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1] } })
    return socket
  }
  const acks = ({ frames }: WireSocket): number => frames.filter(({ op }) => op === 11).length
  try {
    await story({
      client,
      sim,
      token,
      pass: async (ms) => clock.advance(ms),
      strike: async () => sim.log.next(isStrike),
      identify,
      resume: async (session) => {
        const socket = await greeted()
        socket.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 1 } })
        return socket
      },
      ready: async () => {
        const socket = await identify()
        const { d } = await socket.until(({ t }: Frame) => t === 'READY')
        return { socket, session: (d as { session_id: string }).session_id }
      },
      beat: async (socket) => {
        const before = acks(socket)
        socket.send({ op: 1, d: null })
        await socket.until(() => acks(socket) > before)
      },
      call: async (path, call = {}) => client.call(path, { token, ...call }),
      post: async (path, body, signal) =>
        client.call(path, { method: 'POST', token, body, ...(signal ? { signal } : {}) }),
      listen: async (answer = ACCEPTED) =>
        'listen' in client.sim ? listenInMemory(client.sim, answer) : listenOverSockets(answer),
    })
  } finally {
    await client.close()
  }
}
