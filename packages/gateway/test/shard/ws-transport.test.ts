import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type ClientRequestArgs, createServer } from 'node:http'
import { type AddressInfo, connect, type Socket, type TcpNetConnectOpts } from 'node:net'

import { OptionsError, type SocketClose } from '@qqkit/core'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'

import { wsTransport, type WsTransportOptions } from '../../src/index.js'

/** An agent that notes what it is asked to connect with. */
class NotingAgent extends Agent {
  asked: ClientRequestArgs & { readonly autoSelectFamilyAttemptTimeout?: number } = {}

  override createConnection(options: ClientRequestArgs): Socket {
    this.asked = options
    return connect(options as TcpNetConnectOpts)
  }
}

/** Opens a socket, and tells what the connection was made with. */
const opened = async (options: WsTransportOptions): Promise<NotingAgent['asked']> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const agent = new NotingAgent()
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const socket = wsTransport({ ...options, agent }).open(
      `ws://127.0.0.1:${port}`,
      {
        onOpen: () => socket.terminate(),
        onMessage: () => {},
        onActivity: () => {},
        onClose: ({ error }) => (error ? reject(error) : resolve()),
      },
      { maxPayload: 1000 },
    )
  })
  onTestFinished(() => server.close())
  return agent.asked
}

it('gives each address of a host 2 s, not the 250 ms of Node, or as long as it is told', async () => {
  expect(await opened({})).toMatchObject({ autoSelectFamilyAttemptTimeout: 2000 })
  expect(await opened({ autoSelectFamilyAttemptTimeout: 700 })).toMatchObject({
    autoSelectFamilyAttemptTimeout: 700,
  })
})

it.each([0, -1, 9, 1.5, NaN, Infinity, 2 ** 31])('refuses %d ms for an address', (ms) => {
  expect(() => wsTransport({ autoSelectFamilyAttemptTimeout: ms })).toThrow(OptionsError)
})

/** How a connection to a server of our own ends. */
const endOf = async (port: number): Promise<SocketClose> => {
  return new Promise((resolve) => {
    const socket = wsTransport().open(
      `ws://127.0.0.1:${port}`,
      {
        onOpen: () => {},
        onMessage: () => {},
        onActivity: () => {},
        onClose: (close) => {
          socket.terminate()
          resolve(close)
        },
      },
      { maxPayload: 1000 },
    )
  })
}

it.each([
  [429, { 'Retry-After': '120' }, 120_000],
  [503, { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() }, expect.any(Number)],
  [503, { 'Retry-After': 'soon' }, null],
  [503, { 'Retry-After': 'after 45' }, null],
  [503, { 'Retry-After': '3.5' }, 3500],
  [401, {}, null],
  [302, { Location: 'ws://127.0.0.1:1' }, null],
])('tells that the upgrade was answered with %i, and for how long', async (status, headers, retryAfter) => {
  const server = createServer()
  server.on('upgrade', (_request, socket) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} No\r\n${lines.join('')}Content-Length: 0\r\n\r\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  expect(await endOf((server.address() as AddressInfo).port)).toMatchObject({
    code: 1006,
    refused: { status, retryAfter },
    error: { message: `the upgrade was answered with HTTP ${status}` },
  })
})

/** A server that accepts each upgrade, sends some bytes, and then nothing: neither an answer nor an end. */
const sending = async (bytes: readonly number[]): Promise<number> => {
  const server = createServer()
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.write(Buffer.from(bytes))
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

it('GW-10 takes a close frame for the end, whether the connection ends or not', async () => {
  // 4009. Within the time of a test: ws itself would wait half a minute for the end.
  const port = await sending([0x88, 0x05, 0x0f, 0xa9, 0x62, 0x79, 0x65])
  expect(await endOf(port)).toMatchObject({ code: 4009, reason: 'bye' })
})

it.each([
  ['too large', [0x81, 0x7e, 0x40, 0x00], 1009, 'Max payload size exceeded'],
  ['no UTF-8', [0x81, 0x02, 0xc3, 0x28], 1007, 'Invalid WebSocket frame: invalid UTF-8 sequence'],
  ['masked', [0x81, 0x81, 1, 2, 3, 4, 5], 1002, 'Invalid WebSocket frame: MASK must be clear'],
])('GW-10 tells why it gave up on a frame that was %s', async (_, bytes, code, message) => {
  expect(await endOf(await sending(bytes))).toMatchObject({ code, reason: '', error: { message } })
})
