import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { Agent } from 'undici'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { Rest } from '../../src/index.js'

let sim: SocketSimulator
let proxy: Server
let tunnels: string[]
const open = new Set<Socket>()

beforeEach(async () => {
  sim = await startSimulator()
  tunnels = []
  proxy = createServer()
  proxy.on('connect', (request, client: Socket, head) => {
    tunnels.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':')
    const server = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const socket of open) socket.destroy()
  await new Promise((resolve) => proxy.close(resolve))
  await sim.close()
})

const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
const target = (): { scene: 'c2c'; id: string } => ({ scene: 'c2c', id: sim.user('ann').id })
const credentials = (): { appId: string; secret: string; baseUrl: string } => ({
  appId: sim.credentials.appId,
  secret: sim.credentials.secret,
  baseUrl: sim.url,
})

it('calls go through a proxy by URL', async () => {
  const rest = new Rest({ ...credentials(), proxy: proxyUrl() })
  expect(await rest.send(target(), 'hi')).toMatchObject({ kind: 'sent' })
  expect(new Set(tunnels)).toEqual(new Set([new URL(sim.url).host]))
  await rest.close()
})

it('calls go through the proxy of the environment, except where NO_PROXY says otherwise', async () => {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HTTPS_PROXY']) vi.stubEnv(name, undefined)
  vi.stubEnv('HTTP_PROXY', proxyUrl())
  vi.stubEnv('NO_PROXY', '')
  const rest = new Rest({ ...credentials(), proxy: 'env' })
  expect(await rest.send(target(), 'hi')).toMatchObject({ kind: 'sent' })
  const through = tunnels.length
  expect(through).toBeGreaterThan(0)
  await rest.close()

  vi.stubEnv('NO_PROXY', '127.0.0.1')
  const direct = new Rest({ ...credentials(), proxy: 'env' })
  expect(await direct.send(target(), 'hi')).toMatchObject({ kind: 'sent' })
  expect(tunnels).toHaveLength(through)
  await direct.close()
})

it('the environment is left alone unless asked for', async () => {
  vi.stubEnv('HTTP_PROXY', proxyUrl())
  const rest = new Rest(credentials())
  expect(await rest.send(target(), 'hi')).toMatchObject({ kind: 'sent' })
  expect(tunnels).toEqual([])
  await rest.close()
})

it("the user's own dispatcher is used, and left open", async () => {
  const agent = new Agent()
  const rest = new Rest({ ...credentials(), dispatcher: agent })
  expect(await rest.send(target(), 'hi')).toMatchObject({ kind: 'sent' })
  await rest.close()
  expect(agent.closed).toBe(false)
  expect(agent.destroyed).toBe(false)
  await agent.destroy()
})
