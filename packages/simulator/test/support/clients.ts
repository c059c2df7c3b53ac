import { request as httpRequest } from 'node:http'

import { ManualClock } from '@qqkit/core/testing'
import { type Dispatcher, request } from 'undici'
import { type RawData, WebSocket } from 'ws'

import {
  type BotCredentials,
  createMemorySimulator,
  type MemorySimulator,
  type Simulator,
  type SimulatorOptions,
  type SocketSimulator,
  startSimulator,
} from '../../src/index.js'
import { Inbox, type WireAnswer, type WireCall, type WireClient, type WireSocket } from './wire-client.js'

const MAX_PAYLOAD = 64 * 1_048_576

const parse = (text: string): WireAnswer['json'] => {
  try {
    return JSON.parse(text) as WireAnswer['json']
  } catch {
    return null
  }
}

const headersOf = ({ token, headers, body }: WireCall): Record<string, string> => ({
  ...(typeof body === 'object' && !(body instanceof Uint8Array)
    ? { 'content-type': 'application/json' }
    : {}),
  ...(typeof token === 'string' ? { authorization: `QQBot ${token}` } : {}),
  ...headers,
})

const bodyOf = ({ body }: WireCall): string | Uint8Array | null => {
  if (body === undefined) return null
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
}

const addressOf = (sim: Simulator): string => `${sim.url.replace('http', 'ws')}/websocket`

const dialOverSockets = (url: string, maxPayload: number): WireSocket & Inbox => {
  const socket = new WebSocket(url, { maxPayload })
  const inbox = new Inbox()
  socket.on('error', () => {})
  socket.on('open', () => inbox.open())
  socket.on('message', (data: RawData, binary: boolean) => {
    const bytes = data as Buffer
    inbox.take(binary ? bytes : bytes.toString('utf8'))
  })
  socket.on('close', (code: number, reason: Buffer) => inbox.end({ code, reason: reason.toString('utf8') }))
  return Object.assign(inbox, {
    send: (frame: unknown) => socket.send(JSON.stringify(frame)),
    sendText: (text: string) => socket.send(text),
    close: (code: number) => socket.close(code),
    terminate: () => socket.terminate(),
  })
}

const callOverSockets = async (url: string, call: WireCall): Promise<WireAnswer> => {
  const body = bodyOf(call)
  return new Promise<WireAnswer>((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      {
        method: call.method ?? 'GET',
        headers: { ...headersOf(call), 'content-length': body === null ? 0 : Buffer.byteLength(body) },
        agent: false,
        ...(call.signal ? { signal: call.signal } : {}),
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const headers = answer.headers as Record<string, string>
          resolve({ status: answer.statusCode ?? 0, headers, text, json: parse(text) })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body ?? undefined)
  })
}

/** A client of a simulator with sockets; time is real unless a manual clock is given. */
export const socketClient = async (
  options: SimulatorOptions = {},
): Promise<WireClient & { readonly sim: SocketSimulator }> => {
  const sim = await startSimulator(options)
  return {
    sim,
    call: async (path, call = {}) =>
      callOverSockets(path.startsWith('http') ? path : `${sim.url}${path}`, call),
    dial: ({ maxPayload = MAX_PAYLOAD } = {}) => dialOverSockets(addressOf(sim), maxPayload),
    open: async () => {
      const socket = dialOverSockets(addressOf(sim), MAX_PAYLOAD)
      await socket.untilOpen()
      return socket
    },
    pass: async (ms) => {
      if (sim.clock instanceof ManualClock) await sim.clock.advance(ms)
      else await new Promise<void>((resolve) => sim.clock.setTimer(ms, resolve))
    },
    close: async () => sim.close(),
  }
}

const dialInMemory = (sim: MemorySimulator, maxPayload: number): WireSocket => {
  const inbox = new Inbox()
  const socket = sim.transport.open(
    addressOf(sim),
    {
      onOpen: () => inbox.open(),
      onMessage: (data) => inbox.take(data),
      onActivity: () => {},
      onClose: (close) => inbox.end({ code: close.code, reason: close.reason }),
    },
    { maxPayload },
  )
  return Object.assign(inbox, {
    send: (frame: unknown) => socket.send(JSON.stringify(frame)),
    sendText: (text: string) => socket.send(text),
    close: (code: number) => socket.close(code, ''),
    terminate: () => socket.terminate(),
  })
}

/** A client of a simulator in memory, on a manual clock. */
export const memoryClient = async (
  options: SimulatorOptions = {},
): Promise<WireClient & { readonly sim: MemorySimulator; readonly clock: ManualClock }> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, ...options })
  const dispatcher: Dispatcher = sim.dispatcher
  return {
    sim,
    clock,
    call: async (path, call = {}) => {
      const answer = await request(path.startsWith('http') ? path : `${sim.url}${path}`, {
        method: call.method ?? 'GET',
        headers: headersOf(call),
        body: bodyOf(call),
        dispatcher,
        ...(call.signal ? { signal: call.signal } : {}),
      })
      const text = await answer.body.text()
      return {
        status: answer.statusCode,
        headers: answer.headers as Record<string, string>,
        text,
        json: parse(text),
      }
    },
    dial: ({ maxPayload = MAX_PAYLOAD } = {}) => dialInMemory(sim, maxPayload),
    open: async () => {
      const socket = dialInMemory(sim, MAX_PAYLOAD)
      await clock.settle()
      return socket
    },
    pass: async (ms) => clock.advance(ms),
    close: async () => sim.close(),
  }
}

/** Fetches an access token, by default of the first bot. */
export const getToken = async (
  client: WireClient,
  { appId, secret }: BotCredentials = client.sim.credentials,
): Promise<string> => {
  const body = { appId, clientSecret: secret }
  const answer = await client.call('/app/getAppAccessToken', { method: 'POST', body })
  return String(answer.json?.['access_token'])
}

/** All intents that the tests need: messages, guilds, interactions, audits, reactions. */
export const INTENTS: number = 2 ** 30 + 2 ** 27 + 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 12 + 2 ** 10 + 3

/** A connection that has identified, and its session id. */
export const identified = async (
  client: WireClient,
  token: string,
  d: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly socket: WireSocket; readonly session: string }> => {
  const socket = await client.open()
  await socket.until(({ op }) => op === 10)
  socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1], ...d } })
  const ready = await socket.until(({ t }) => t === 'READY')
  return { socket, session: (ready.d as { session_id: string }).session_id }
}
