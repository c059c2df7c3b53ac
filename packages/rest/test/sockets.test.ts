import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { systemClock } from '@qqkit/core'
import { Cancellation, DeadlineQueue } from '@qqkit/core/internal'
import { describe, expect, it, onTestFinished } from 'vitest'

import { makeDispatcher, type OwnDispatcher } from '../src/http/dispatcher.js'
import { exchange, type HttpRequest } from '../src/http/exchange.js'

const deadlines = new DeadlineQueue(systemClock)

interface Stage {
  readonly server: Server
  /** Every connection that was made. */
  readonly sockets: readonly Socket[]
  readonly dispatcher: OwnDispatcher
  /** Makes one request; resolves to the body of the answer. */
  readonly send: (path: string, cancellation?: Cancellation) => Promise<string>
}

const stage = async (connections: number, listener: RequestListener): Promise<Stage> => {
  const sockets: Socket[] = []
  const server = createServer(listener).on('connection', (socket: Socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const dispatcher = makeDispatcher({ connections, proxy: null })
  onTestFinished(async () => {
    await dispatcher.destroy()
    server.closeAllConnections()
    server.close()
  })
  const send = async (path: string, cancellation = new Cancellation()): Promise<string> => {
    const limits = { started: 0, due: Infinity, deadlines, cancellation }
    const timeouts = { headersTimeout: 0, bodyTimeout: 0 } as const
    const request: HttpRequest = { origin, path, method: 'POST', headers: [], body: 'x', ...timeouts }
    const { body } = await exchange(dispatcher, request, { ...limits, due: systemClock.now() + 60_000 })
    return String(body)
  }
  return { server, sockets, dispatcher, send }
}

/** Leaves requests open until `answer()`. */
const holding = (): { listener: RequestListener; arrived: string[]; answer: () => void } => {
  const open: (() => void)[] = []
  const arrived: string[] = []
  return {
    arrived,
    listener: (request, response) => {
      arrived.push(request.url ?? '')
      open.push(() => response.end(request.url))
    },
    answer: () => {
      for (const end of open.splice(0)) end()
    },
  }
}

describe('RS-60 connections', () => {
  it('requests one after the other share one', async () => {
    const { send, sockets } = await stage(10, (request, response) => response.end(request.url))
    for (let n = 0; n < 20; n += 1) expect(await send(`/${n}`)).toBe(`/${n}`)
    expect(sockets).toHaveLength(1)
  })

  it('requests at once have one each, up to the limit; the others wait in order', async () => {
    const { listener, arrived, answer } = holding()
    const { server, send, sockets } = await stage(3, listener)
    const answers = Promise.all(['/1', '/2', '/3', '/4', '/5'].map((path) => send(path)))
    while (arrived.length < 3) await once(server, 'request')
    expect(arrived).toEqual(['/1', '/2', '/3'])
    answer()
    while (arrived.length < 5) await once(server, 'request')
    expect(arrived.slice(3)).toEqual(['/4', '/5'])
    answer()
    expect(await answers).toEqual(['/1', '/2', '/3', '/4', '/5'])
    expect(sockets).toHaveLength(3)
  })

  it('one that the server has closed is replaced', async () => {
    const { send, sockets } = await stage(1, (request, response) => {
      if (request.url === '/close') response.setHeader('connection', 'close')
      response.end(request.url)
    })
    for (const path of ['/close', '/close', '/a', '/b']) expect(await send(path)).toBe(path)
    expect(sockets).toHaveLength(3)
  })

  it('a failed request gives its place to the next one', async () => {
    const { send, sockets } = await stage(1, (request, response) => {
      if (request.url === '/reset') request.socket.destroy()
      else response.end(request.url)
    })
    const all = await Promise.allSettled(['/reset', '/a', '/reset', '/b'].map((path) => send(path)))
    expect(all.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
      'failed',
      '/a',
      'failed',
      '/b',
    ])
    expect(sockets).toHaveLength(3)
  })

  it('a request that was given up while it waited costs none', async () => {
    const { listener, arrived, answer } = holding()
    const { server, send, sockets } = await stage(1, listener)
    const first = send('/1')
    while (arrived.length < 1) await once(server, 'request')
    const cancellation = new Cancellation()
    const givenUp = Promise.allSettled(['/2', '/3', '/4'].map((path) => send(path, cancellation)))
    const last = send('/5')
    cancellation.cancel(new Error('the caller has left'))
    expect((await givenUp).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    answer()
    while (arrived.length < 2) await once(server, 'request')
    answer()
    expect(await Promise.all([first, last])).toEqual(['/1', '/5'])
    expect(sockets).toHaveLength(1)
  })

  it('a malformed request takes no place', async () => {
    const { send } = await stage(1, (request, response) => response.end(request.url))
    await expect(send('no path')).rejects.toThrow('path')
    expect(await send('/a')).toBe('/a')
  })

  it('destroy() ends the requests in flight, those that wait, and those to come', async () => {
    const { listener, arrived } = holding()
    const { server, send, dispatcher } = await stage(1, listener)
    const both = [send('/1'), send('/2')]
    const settled = Promise.allSettled(both)
    while (arrived.length < 1) await once(server, 'request')
    await dispatcher.destroy()
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(send('/3')).rejects.toThrow('destroyed')
    expect(arrived).toEqual(['/1'])
  })
})
