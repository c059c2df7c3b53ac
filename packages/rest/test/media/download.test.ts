import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { systemClock } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Downloader, type DownloaderDeps } from '../../src/media/download.js'
import type { Resolve } from '../../src/media/public-address.js'
import { reasonOf } from '../support/media-stage.js'

const CONTENT = Buffer.from('x'.repeat(50_000))
const never = new AbortController().signal

let server: Server
let base = ''
let seen: string[] = []
let sockets: Set<Socket>
let answer: (request: IncomingMessage, response: ServerResponse) => void
const downloaders: Downloader[] = []

beforeEach(async () => {
  seen = []
  sockets = new Set()
  answer = (_request, response) => response.end(CONTENT)
  server = createServer((request, response) => {
    seen.push(request.url ?? '')
    answer(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  await Promise.all(downloaders.splice(0).map((one) => one.close()))
  for (const socket of sockets) socket.destroy()
  server.close()
})

const noNames: Resolve = (host, done) => {
  done(Object.assign(new Error(`no such name: ${host}`), { code: 'ENOTFOUND' }), [])
}

const make = (parts: Partial<DownloaderDeps> = {}): Downloader => {
  const downloader = new Downloader({
    clock: systemClock,
    userAgent: 'tests',
    allowHosts: new Set(['127.0.0.1']),
    maxBytes: 100_000,
    timeout: 10_000,
    inMemory: 10_000,
    resolve: noNames,
    ...parts,
  })
  downloaders.push(downloader)
  return downloader
}

const fetched = (url: string, parts: Partial<DownloaderDeps> = {}, signal = never) =>
  make(parts).fetch(new URL(url), 'a.bin', signal)

describe('a private address', () => {
  it.each([
    'http://127.0.0.1/a',
    'http://127.1/a',
    'http://2130706433/a',
    'http://0x7f.1/a',
    'http://0177.0.0.1/a',
    'http://0/a',
    'http://localhost/a',
    'http://LOCALHOST./a',
    'http://bot.localhost/a',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/a',
    'http://[::ffff:127.0.0.1]/a',
    'http://[fe80::1]/a',
    'http://[fd00::1]/a',
    'https://10.0.0.1/a',
    'http://224.0.0.1/a',
    'http://100.64.0.1/a',
  ])('RS-15 %s is not opened', async (url) => {
    const error = await reasonOf(fetched(url, { allowHosts: new Set() }))
    expect(error).toMatchObject({ code: 'media_private_address', path: 'source.url' })
  })

  it('RS-15 is not opened under a name that leads to it, even if it led elsewhere a moment ago', async () => {
    const { port } = new URL(base)
    const url = `http://rebound.test:${port}/secret`
    let asked = 0
    const resolve: Resolve = (_host, done) => {
      asked += 1
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '8.8.8.8', family: 4 }])
    }
    const error = await reasonOf(fetched(url, { allowHosts: new Set(), resolve }))
    expect(error).toMatchObject({ code: 'media_private_address' })
    expect([asked, seen]).toEqual([1, []])
  })

  it.each(['http://10.0.0.1/a', 'http://inner.test/a', '//[::1]/a'])(
    'RS-15 is not opened by a redirect to %s',
    async (location) => {
      answer = (_request, response) => response.writeHead(302, { location }).end()
      const resolve: Resolve = (_host, done) => done(null, [{ address: '192.168.0.1', family: 4 }])
      expect(await reasonOf(fetched(`${base}/first`, { resolve }))).toMatchObject({
        code: 'media_private_address',
      })
      expect(seen).toEqual(['/first'])
    },
  )

  it('RS-15 is opened when the host is allowed, with or without its port', async () => {
    for (const allowHosts of [['127.0.0.1'], [new URL(base).host]]) {
      const content = await fetched(`${base}/a`, { allowHosts: new Set(allowHosts) })
      expect(Buffer.from(await content.read(0, content.size)).equals(CONTENT)).toBe(true)
      await content.close()
    }
    expect(await reasonOf(fetched(`${base}/a`, { allowHosts: new Set(['127.0.0.1:1']) }))).toMatchObject({
      code: 'media_private_address',
    })
  })
})

describe('a download', () => {
  it('RS-15 follows a few redirects, and sends nothing of the bot', async () => {
    const headers: IncomingMessage['headers'][] = []
    answer = (request, response) => {
      headers.push(request.headers)
      if (request.url === '/3') response.end(CONTENT)
      else response.writeHead(307, { location: `/${Number(request.url?.slice(1)) + 1}` }).end('moved')
    }
    const content = await fetched(`${base}/1`)
    expect(content).toMatchObject({ size: CONTENT.length, name: 'a.bin' })
    await content.close()
    expect(seen).toEqual(['/1', '/2', '/3'])
    for (const one of headers)
      expect(Object.keys(one).toSorted()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
      ])
  })

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, object]>([
    [
      'redirects for ever',
      (_, r) => r.writeHead(301, { location: '/again' }).end(),
      { code: 'media_download' },
    ],
    ['redirects to nowhere', (_, r) => r.writeHead(302).end(), { code: 'media_download' }],
    [
      'redirects to credentials',
      (_, r) => r.writeHead(302, { location: 'http://u:p@example.test/' }).end(),
      { code: 'media_url' },
    ],
    [
      'redirects to a file',
      (_, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      { code: 'media_url' },
    ],
    ['is not there', (_, r) => r.writeHead(404).end('no'), { code: 'media_download' }],
    ['fails', (_, r) => r.writeHead(500).end('no'), { code: 'media_download' }],
    ['is empty', (_, r) => r.end(), { code: 'media_empty' }],
    [
      'says that it is too large',
      (_, r) => r.writeHead(200, { 'content-length': '100001' }).end(),
      { code: 'media_too_large', limit: 100_000 },
    ],
    [
      'turns out to be too large',
      (_, r) => {
        for (let i = 0; i < 30; i += 1) r.write(CONTENT)
        r.end()
      },
      { code: 'media_too_large', limit: 100_000 },
    ],
    [
      'comes compressed all the same',
      (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(CONTENT),
      { code: 'media_download' },
    ],
    [
      'breaks off',
      (_, r) => {
        r.writeHead(200, { 'content-length': '60000' })
        r.write(CONTENT, () => r.destroy())
      },
      { code: 'media_download' },
    ],
    ['is cut before its head', (_, r) => r.destroy(), { code: 'media_download' }],
  ])('RS-15 of what %s is a typed error', async (_what, given, expected) => {
    answer = given
    const error = await reasonOf(fetched(`${base}/a?sign=s3cr3t`))
    expect(error).toMatchObject({ ...expected, path: 'source.url' })
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('s3cr3t')
  })

  it.each(['http://nowhere.test/a', 'http://127.0.0.1:1/a'])(
    'RS-15 from %s, where nobody is, is a typed error',
    async (url) => {
      expect(await reasonOf(fetched(url))).toMatchObject({ code: 'media_download' })
    },
  )

  it.each<[string, (response: ServerResponse) => void]>([
    ['before the head of the answer', () => {}],
    ['in the middle of the body', (response) => response.writeHead(200).write('a')],
  ])('RS-15 that takes too long ends, %s', async (_where, begin) => {
    const clock = new ManualClock()
    answer = (_request, response) => {
      begin(response)
      void clock.advance(10_000)
    }
    expect(await reasonOf(fetched(`${base}/a`, { clock }))).toMatchObject({
      code: 'media_download',
      message: expect.stringContaining('10000 ms'),
    })
    expect(clock.pending).toBe(0)
  })

  it('RS-13 ends at once on abort', async () => {
    answer = () => controller.abort('enough')
    const controller = new AbortController()
    expect(await reasonOf(fetched(`${base}/a`, {}, controller.signal))).toBe('enough')
  })
})
