import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, it } from 'vitest'

import { StreamBody } from '../../src/http/body.js'
import { Rest } from '../../src/index.js'

const TOKEN = JSON.stringify({ access_token: 'AT_0001', expires_in: '7200' })
const open: (Server | Rest)[] = []

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) {
    if (one instanceof Rest) await one.close()
    else one.close()
  }
})

/** A platform that gives tokens; everything else is up to the test. */
const platform = async (
  answer: (request: IncomingMessage, body: Buffer, count: number) => number | 'reset',
): Promise<Rest> => {
  let count = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      if (request.url === '/app/getAppAccessToken') {
        response.end(TOKEN)
        return
      }
      const status = answer(request, Buffer.concat(chunks), (count += 1))
      if (status === 'reset') request.socket.resetAndDestroy()
      else response.writeHead(status).end('{}')
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const rest = new Rest({
    appId: '102000001',
    secret: 'tst-secret-0001',
    baseUrl: `http://127.0.0.1:${port}`,
    retry: { policy: { httpLadder: [1] } },
  })
  open.push(server, rest)
  return rest
}

const bytes = Buffer.from('x'.repeat(300_000))

it('a streamed body has its length and type, and is read again for each attempt', async () => {
  const seen: unknown[] = []
  let reads = 0
  const body = new StreamBody('image/png', bytes.length, async function* () {
    reads += 1
    yield bytes.subarray(0, 100_000)
    yield bytes.subarray(100_000)
  })
  const rest = await platform(({ headers }, received, count) => {
    seen.push([headers['content-type'], headers['content-length'], received.equals(bytes)])
    return count === 1 ? 'reset' : count === 2 ? 503 : 200
  })
  await rest.request('POST /v3/pictures', { body, idempotent: true })
  expect(seen).toEqual(Array.from({ length: 3 }, () => ['image/png', String(bytes.length), true]))
  expect(reads).toBe(3)
})

it('what reading a body fails with is thrown as it is, and not repeated', async () => {
  const broken = new Error('the disk is gone')
  let reads = 0
  const body = new StreamBody(null, bytes.length, async function* () {
    reads += 1
    yield bytes.subarray(0, 100_000)
    throw broken
  })
  const rest = await platform(() => 200)
  await expect(rest.request('PUT /v3/pictures', { body })).rejects.toBe(broken)
  expect(reads).toBe(1)
})

it('a body with more or fewer bytes than announced is an error', async () => {
  const rest = await platform(() => 200)
  for (const size of [bytes.length - 1, bytes.length + 1]) {
    const body = new StreamBody(null, size, async function* () {
      yield bytes
    })
    await expect(rest.request('POST /v3/pictures', { body, timeout: 5000 })).rejects.toBeInstanceOf(Error)
  }
})
