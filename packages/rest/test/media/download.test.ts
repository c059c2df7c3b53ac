import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { systemClock } from '@qqkit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Downloader, type DownloaderParts } from '../../src/media/download/downloader.js'
import { guardedLookup, type Resolve } from '../../src/media/download/guarded-lookup.js'
import { isPublic } from '../../src/media/download/is-public.js'
import { reasonOf } from './media-stage.js'

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

const make = (parts: Partial<DownloaderParts> = {}): Downloader => {
  const downloader = new Downloader({
    clock: systemClock,
    userAgent: 'tests',
    allowHosts: ['127.0.0.1'],
    maxBytes: 100_000,
    timeout: 10_000,
    inMemory: 10_000,
    resolve: noNames,
    ...parts,
  })
  downloaders.push(downloader)
  return downloader
}

const fetched = (url: string, parts: Partial<DownloaderParts> = {}, signal = never) =>
  make(parts).fetch(new URL(url), 'a.bin', signal)

describe('what is public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2400:3200::1',
  ])('RS-15 %s is', (address) => expect(isPublic(address)).toBe(true))

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '127.1',
  ])('RS-15 %s is not', (address) => expect(isPublic(address)).toBe(false))
})

describe('the lookup of the connector', () => {
  type Answer = readonly [error: string | null, address: unknown, family: unknown]
  const ask = (addresses: readonly string[], options: object = { all: true }): Promise<Answer> =>
    new Promise((resolve) => {
      const resolveNames: Resolve = (_host, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      guardedLookup(resolveNames)('name.test', options, (error, address, family) => {
        resolve([error ? ((error as { code?: string }).code ?? 'error') : null, address, family])
      })
    })

  it('RS-15 gives the addresses that it has checked', async () => {
    expect(await ask(['8.8.8.8', '2606:4700::1'])).toEqual([
      null,
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
      undefined,
    ])
    expect(await ask(['2606:4700::1', '8.8.8.8'], { family: 4 })).toEqual([null, '8.8.8.8', 4])
    expect(await ask(['8.8.8.8'], { family: 6 })).toEqual(['ENOTFOUND', [], undefined])
  })

  it.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::1', '8.8.8.8']], [['169.254.169.254']]])(
    'RS-15 refuses a name with the answers %j',
    async (addresses) => expect((await ask(addresses))[0]).toBe('media_private_address'),
  )
})

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
    const error = await reasonOf(fetched(url, { allowHosts: [] }))
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
    const error = await reasonOf(fetched(url, { allowHosts: [], resolve }))
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
      const content = await fetched(`${base}/a`, { allowHosts })
      expect(Buffer.from(await content.read(0, content.size)).equals(CONTENT)).toBe(true)
      await content.close()
    }
    expect(await reasonOf(fetched(`${base}/a`, { allowHosts: ['127.0.0.1:1'] }))).toMatchObject({
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

  it('RS-15 that takes too long ends, before and after the head of the answer', async () => {
    for (const slow of [
      () => {},
      (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('a'),
    ]) {
      answer = slow
      expect(await reasonOf(fetched(`${base}/a`, { timeout: 50 }))).toMatchObject({
        code: 'media_download',
        message: expect.stringContaining('50 ms'),
      })
    }
  })

  it('RS-13 ends at once on abort', async () => {
    answer = () => controller.abort('enough')
    const controller = new AbortController()
    expect(await reasonOf(fetched(`${base}/a`, {}, controller.signal))).toBe('enough')
  })
})
