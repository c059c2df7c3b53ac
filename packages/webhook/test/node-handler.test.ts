/** The outermost frame of a process that takes callbacks: whatever comes in is answered and recorded. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, IncomingMessage, ServerResponse, type RequestListener } from 'node:http'
import { createServer as createServer2, connect as connect2 } from 'node:http2'
import { connect, Socket, type AddressInfo } from 'node:net'

import type { LogRecord } from '@qqkit/core'
import { afterEach, describe, expect, it } from 'vitest'

import { nodeHandler, Webhook } from '../src/index.js'
import { APP_ID, messageBody, SECRET } from './support/platform.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const records: LogRecord[] = []

const listen = async (): Promise<number> => {
  records.length = 0
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: (record) => records.push(record) })
  void webhook.run((delivery) => delivery.settle('done'))
  const server = createServer(nodeHandler(webhook) as RequestListener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await webhook.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends bytes as they are, and gives back what came until the end. */
const speak = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk))
  socket.on('error', () => {})
  socket.end(text, 'latin1')
  await once(socket, 'close')
  return answer
}

describe('WH-03 the node handler answers and logs', () => {
  it.each(['TRACE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'M-SEARCH', 'QUERY'])(
    'a %s request with 405, and the next request',
    async (method) => {
      const port = await listen()
      const body = 'x'.repeat(10)
      const head = `Host: x\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
      expect(await speak(port, `${method} / HTTP/1.1\r\n${head}${body}`)).toMatch(/^HTTP\/1\.1 405 /)
      expect(records).toMatchObject([{ event: 'webhook.refused', reason: 'method' }])
      expect(await speak(port, `POST / HTTP/1.1\r\n${head}${body}`)).toMatch(/^HTTP\/1\.1 400 /)
    },
  )

  it.each([
    [
      'no host and an odd address',
      'POST http://[::1/%zz HTTP/1.1\r\nHost: \r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    ],
    [
      'headers of any bytes',
      'POST / HTTP/1.1\r\nHost: x\r\nX-Odd: \xff\xfe\x80\r\nX-Bot-Appid: \xe9\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['no body', 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    [
      'a body in chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n',
    ],
  ])('a request with %s', async (_what, text) => {
    const port = await listen()
    expect(await speak(port, text)).toMatch(/^HTTP\/1\.1 40[0-9] /)
    expect(records).toMatchObject([{ event: 'webhook.refused' }])
  })

  it('a client that disconnects at any point', async () => {
    const port = await listen()
    const whole = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n${'{'.repeat(50)}`
    for (const length of [10, whole.length - 50, whole.length]) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(whole.slice(0, length))
      await once(socket, 'connect')
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    expect(await speak(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/ 405 /)
  })

  it('a request over HTTP/2, with headers that `Headers` refuses', async () => {
    records.length = 0
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: (record) => records.push(record) })
    const server = createServer2(nodeHandler(webhook) as never).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const stream = client.request({ ':method': 'POST', ':path': '/qq' })
    stream.end('{}')
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }]
    expect([headers[':status'], records.map(({ reason }) => reason)]).toEqual([401, ['unsigned']])
    stream.close()
    client.close()
    server.close()
  })
})

/** A request and a response in memory, as a framework would hand them over. */
const pair = (): { request: IncomingMessage; response: ServerResponse; ended: () => readonly number[] } => {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'POST', rawHeaders: [] })
  request.push(messageBody(1))
  request.push(null)
  const response = new ServerResponse(request)
  const statuses: number[] = []
  response.end = () => {
    statuses.push(response.statusCode)
    return response
  }
  return { request, response, ended: () => statuses }
}

const bang = (): never => {
  throw new Error('bang')
}
const throwing = (target: object, name: string): void =>
  void Object.defineProperty(target, name, { get: bang, configurable: true })

describe('any error inside the node handler is answered with 500 and logged', () => {
  type Sabotage = (parts: { request: IncomingMessage; response: ServerResponse }) => void
  const sabotages: readonly (readonly [string, Sabotage])[] = [
    ['request.method', ({ request }) => throwing(request, 'method')],
    ['request.rawHeaders', ({ request }) => throwing(request, 'rawHeaders')],
    ['request.rawBody', ({ request }) => throwing(request, 'rawBody')],
    ['request.readableDidRead', ({ request }) => throwing(request, 'readableDidRead')],
    [
      'request.body',
      ({ request }) => {
        Object.defineProperty(request, 'readableDidRead', { value: true })
        throwing(request, 'body')
      },
    ],
    [
      'a body that is not a stream',
      ({ request }) => Object.assign(request, { on: null, read: null, pipe: null }),
    ],
    ['response.on', ({ response }) => Object.assign(response, { on: bang })],
    ['response.once', ({ response }) => Object.assign(response, { once: bang })],
  ]
  it.each(sabotages)('%s', async (_name, sabotage) => {
    const parts = pair()
    sabotage(parts)
    const logged: LogRecord[] = []
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: (record) => logged.push(record) })
    await nodeHandler(webhook)(parts.request, parts.response)
    expect(parts.ended()).toEqual([500])
    expect(logged).toMatchObject([{ event: 'webhook.refused', reason: 'failed', status: 500 }])
  })

  const answers: readonly (readonly [string, () => unknown])[] = [
    ['a fetch that rejects', async () => bang()],
    ['a fetch that throws', bang],
    ['a fetch that returns undefined', async () => undefined],
    [
      'an answer whose text fails',
      async () => ({ status: 200, headers: new Headers(), text: async () => bang() }),
    ],
    [
      'an answer with an impossible status',
      async () => ({ status: 7, headers: new Headers(), text: async () => '' }),
    ],
  ]
  it.each(answers)('%s', async (_name, fetch) => {
    const logged: unknown[] = []
    const collect = (record: unknown): void => void logged.push(record)
    subscribe('qqkit:webhook', collect)
    const parts = pair()
    await nodeHandler({ fetch } as never)(parts.request, parts.response)
    unsubscribe('qqkit:webhook', collect)
    expect(parts.ended()).toEqual([500])
    expect(logged).toMatchObject([
      { event: 'webhook.refused', reason: 'failed', error: { code: 'webhook_failed' } },
    ])
  })

  it.each(['setHeader', 'writeHead', 'end'])('response.%s: the connection ends', async (name) => {
    const { request, response } = pair()
    let destroyed = false
    Object.assign(response, {
      [name]: bang,
      destroy: () => {
        destroyed = true
        return response
      },
    })
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET })
    await nodeHandler(webhook)(request, response)
    expect(destroyed).toBe(true)
  })

  it('an answer by the framework: the connection and its other requests stay untouched', async () => {
    const { request, response } = pair()
    let destroyed = false
    Object.assign(response, {
      destroy: () => {
        destroyed = true
        return response
      },
    })
    Object.defineProperty(response, 'headersSent', { value: true })
    Object.defineProperty(response, 'writableEnded', { value: true })
    const logged: LogRecord[] = []
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET, log: (record) => logged.push(record) })
    await nodeHandler({ fetch: bang })(request, response)
    await nodeHandler(webhook)(request, response)
    expect(destroyed).toBe(false)
    expect(logged.at(-1)).toMatchObject({ event: 'webhook.refused' })
  })

  it('all errors at once, including those of the error path', async () => {
    const { request, response } = pair()
    Object.assign(response, { on: bang, setHeader: bang, writeHead: bang, destroy: bang })
    await nodeHandler({ fetch: bang })(request, response)
    await nodeHandler({ fetch: bang })(null as never, null as never)
  })

  it('an error of the response itself', async () => {
    const { request, response } = pair()
    await nodeHandler(new Webhook({ appId: APP_ID, secret: SECRET }))(request, response)
    response.emit('error', new Error('EPIPE'))
  })
})

describe('MT-11 what is no webhook is told when the handler is made', () => {
  it.each([undefined, null, {}, 'webhook', { webhook: {} }])('%j', (given) => {
    expect(() => nodeHandler(given as never)).toThrow('nodeHandler(bot.webhook)')
  })
})
