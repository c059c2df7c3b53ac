/** The two lines that the README gives for each framework, on the real framework over loopback. */
import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'

import { serve } from '@hono/node-server'
import type { Delivery } from '@qqkit/core'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'

import { nodeHandler, Webhook } from '../src/index.js'
import { keysOf, signText } from '../src/signature.js'
import { APP_ID, messageBody, SECRET } from './support/platform.js'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const listen = async (server: Server): Promise<number> => {
  if (!server.listening) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

const frameworks: Readonly<Record<string, (webhook: Webhook) => Promise<number>>> = {
  'node:http': (webhook) => listen(createServer(nodeHandler(webhook) as RequestListener)),
  Hono: async (webhook) => {
    const app = new Hono()
    app.post('/qq', (c) => webhook.fetch(c.req.raw))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
    await once(server, 'listening')
    return listen(server)
  },
  Express: (webhook) => {
    const app = express()
    app.post('/qq', nodeHandler(webhook))
    app.use(express.json())
    return listen(createServer(app as RequestListener))
  },
  Fastify: async (webhook) => {
    const app = fastify()
    app.post('/qq', {
      onRequest: (request, reply) => nodeHandler(webhook)(request.raw, reply.hijack().raw),
      handler: () => {},
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    closing.push(() => app.close())
    return (app.server.address() as AddressInfo).port
  },
  Koa: (webhook) => {
    const app = new Koa()
    app.use((ctx) => {
      ctx.respond = false
      return nodeHandler(webhook)(ctx.req, ctx.res)
    })
    return listen(createServer(app.callback() as RequestListener))
  },
}

const push = async (port: number, body: string, signedBody = body, path = '/qq') => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-bot-appid': APP_ID,
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': signText(keysOf(SECRET), timestamp, signedBody),
    },
    body,
  })
  return { status: response.status, body: await response.text() }
}

describe.each(Object.entries(frameworks))('WH-03 over %s', (_name, start) => {
  it('handles a genuine event once, and refuses a forged and a huge one', async () => {
    const deliveries: Delivery[] = []
    const webhook = new Webhook({ appId: APP_ID, secret: SECRET })
    void webhook.run((delivery) => {
      deliveries.push(delivery)
      delivery.settle('done')
    })
    const port = await start(webhook)
    const body = messageBody(1).replace('hi', '你好 😀')
    expect(await push(port, body)).toEqual({ status: 200, body: '{"op":12,"d":0}' })
    expect((await push(port, body)).status).toBe(200)
    expect((await push(port, messageBody(2), body)).status).toBe(401)
    const huge = JSON.stringify({ op: 0, t: 'X', d: 'x'.repeat(2 << 20) })
    expect((await push(port, huge)).status).toBe(413)
    expect(deliveries.map(({ frame }) => frame.d)).toEqual([{ id: 'ROBOT1.0_1', content: '你好 😀' }])
    await webhook.close()
  })
})

it('WH-08 uses the body that a host has kept, and says so if a parser has consumed it', async () => {
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET })
  void webhook.run((delivery) => delivery.settle('done'))
  const app = express()
  const verify = (request: IncomingMessage, _response: unknown, rawBody: Buffer): void => {
    Object.assign(request, { rawBody })
  }
  app.post('/kept', express.json({ verify }), nodeHandler(webhook))
  app.post('/raw', express.raw({ type: () => true }), nodeHandler(webhook))
  app.post('/text', express.text({ type: () => true }), nodeHandler(webhook))
  app.post('/qq', express.json(), nodeHandler(webhook))
  const port = await listen(createServer(app as RequestListener))
  expect(await push(port, messageBody(1))).toMatchObject({
    status: 500,
    body: expect.stringContaining('before the webhook') as string,
  })
  const body = messageBody(1).replace('hi', '你好 😀')
  for (const path of ['/kept', '/raw', '/text'])
    expect(await push(port, body, body, path)).toMatchObject({ status: 200 })
  await webhook.close()
})

it('WH-03 a body that breaks off does not affect other requests', async () => {
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET })
  void webhook.run((delivery) => delivery.settle('done'))
  const port = await listen(createServer(nodeHandler(webhook) as RequestListener))
  const half = httpRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 500 },
  })
  half.on('error', () => {})
  half.write('{"op":0')
  await once(half, 'socket')
  half.destroy()
  expect((await push(port, messageBody(1))).status).toBe(200)
  await webhook.close()
})
