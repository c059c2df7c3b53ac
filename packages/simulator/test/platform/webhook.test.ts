import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { signText, verifyText } from '../../src/core/events/webhook-push.js'
import { createMemorySimulator, type LogEntry, startSimulator } from '../../src/index.js'
import { memoryClient } from '../support/clients.js'

type PushEntry = Extract<LogEntry, { readonly kind: 'push' }>

const URL_OF_BOT = 'http://bot.invalid/qq'

describe('signatures', () => {
  it('WH-01 match the published vectors (§7.6)', () => {
    expect(signText('DG5g3B4j9X2KOErG', '1725442341Arq0D5A61EgUu4OxUvOp')).toBe(
      '87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706',
    )
    expect(
      signText(
        'naOC0ocQE3shWLAfffVLB1rhYPG7',
        '1725442341{\n  "op": 0,\n  "d": {},\n  "t": "GATEWAY_EVENT_NAME"\n}',
      ),
    ).toBe(
      '865ad13a61752ca65e26bde6676459cd36cf1be609375b37bd62af366e1dc25a8dc789ba7f14e017ada3d554c671a911bfdf075ba54835b23391d509579ed002',
    )
    expect(signText('tst-secret-0001', '1760000000p1')).toBe(
      '8f839b6440cbf1601601409d3338a508df220edfceb117beb00d00ae2e19dc232eb441a1e9c1ed0f65089b56f18248d7ef6a396942ad887be2b870af1912020e',
    )
  })
})

/** A bot's webhook that keeps its pushes. */
const makeEndpoint = (answers: readonly number[] = []) => {
  const seen: { readonly headers: Headers; readonly body: string }[] = []
  let count = 0
  return {
    seen,
    listener: async (request: Request): Promise<Response> => {
      seen.push({ headers: request.headers, body: await request.text() })
      return new Response('{"op":12}', { status: answers[count++] ?? 200 })
    },
  }
}

describe('pushes', () => {
  it('SM-01 carry the frame, are signed, and replace the gateway', async () => {
    const client = await memoryClient({ bot: { webhook: URL_OF_BOT } })
    const { sim, clock } = client
    const { seen, listener } = makeEndpoint()
    sim.listen(URL_OF_BOT, listener)
    const said = sim.user('ann').say('hi')
    await clock.settle()
    const [push] = seen
    expect(JSON.parse(push?.body ?? '')).toMatchObject({
      op: 0,
      id: said.eventId,
      t: 'C2C_MESSAGE_CREATE',
      d: { id: said.id, content: 'hi' },
    })
    const signed = `${push?.headers.get('x-signature-timestamp')}${push?.body}`
    const signature = push?.headers.get('x-signature-ed25519') ?? ''
    expect(verifyText(sim.credentials.secret, signed, signature)).toBe(true)
    expect(push?.headers.get('x-bot-appid')).toBe(sim.credentials.appId)
    expect(push?.headers.get('user-agent')).toBe('QQBot-Callback')
    expect(sim.oracle.undelivered()).toEqual([])
    await client.close()
  })

  it('SM-01 are repeated with growing waits until accepted, or given up', async () => {
    const client = await memoryClient({ bot: { webhook: URL_OF_BOT }, pushRetries: [1_000, 5_000] })
    const { sim, clock } = client
    const { seen, listener } = makeEndpoint([500, 500, 200, 500, 500, 500, 500])
    sim.listen(URL_OF_BOT, listener)
    sim.user('ann').say('one')
    await clock.advance(999)
    expect(seen).toHaveLength(1)
    await clock.advance(1)
    expect(seen).toHaveLength(2)
    await clock.advance(60_000)
    expect(seen).toHaveLength(3)
    sim.user('ann').say('two')
    await clock.advance(60_000)
    expect(seen).toHaveLength(6)
    expect(sim.log.of('push').map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'accepted',
      'refused',
      'refused',
      'refused',
    ])
    await client.close()
  })

  it('SM-02 can be forged, doubled, delayed or lost; a hanging endpoint times out', async () => {
    const client = await memoryClient({ bot: { webhook: URL_OF_BOT }, pushRetries: [] })
    const { sim, clock } = client
    const { seen, listener } = makeEndpoint()
    sim.listen(URL_OF_BOT, listener)
    const count = async (kind: 'forge' | 'duplicate' | 'ignore'): Promise<number> => {
      sim.faults.add({ on: 'push', do: { kind } })
      const before = seen.length
      sim.user('ann').say('x')
      await clock.settle()
      return seen.length - before
    }
    expect(await count('forge')).toBe(1)
    const { headers, body } = seen[0] ?? { headers: new Headers(), body: '' }
    const signed = `${headers.get('x-signature-timestamp')}${body}`
    expect(verifyText(sim.credentials.secret, signed, headers.get('x-signature-ed25519') ?? '')).toBe(false)
    expect([await count('duplicate'), await count('ignore')]).toEqual([2, 0])
    sim.listen(URL_OF_BOT, async () => new Promise<Response>(() => {}))
    sim.user('ann').say('x')
    await clock.advance(5_000)
    expect(sim.log.of('push').at(-1)).toMatchObject({ outcome: 'failed', body: 'no answer in time' })
    await client.close()
  })

  it('SM-01 op 13 checks the address, and only the right answer passes', async () => {
    const client = await memoryClient({ bot: { webhook: URL_OF_BOT } })
    const { sim, clock } = client
    for (const [secret, outcome] of [
      [sim.credentials.secret, 'accepted'],
      ['another', 'refused'],
    ] as const) {
      sim.listen(URL_OF_BOT, async (request) => {
        const { d } = (await request.json()) as { d: { plain_token: string; event_ts: string } }
        return Response.json({
          plain_token: d.plain_token,
          signature: signText(secret, d.event_ts + d.plain_token),
        })
      })
      sim.validateWebhook()
      await clock.settle()
      expect(sim.log.of('push').at(-1)).toMatchObject({ outcome, t: null })
    }
    await client.close()
  })

  it('SM-05 use real HTTP too', async () => {
    const { seen, listener } = makeEndpoint()
    const server: Server = createServer((message, response) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () => {
        const headers = new Headers(message.headers as Record<string, string>)
        const request = new Request(URL_OF_BOT, { method: 'POST', headers, body: Buffer.concat(chunks) })
        void listener(request).then(async (answer) => response.end(await answer.text()))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const sim = await startSimulator({ bot: { webhook: url } })
    const pushed = new Promise<void>((resolve) => {
      sim.subscribe((entry) => {
        if (entry.kind === 'push') resolve()
      })
    })
    sim.user('ann').say('hi')
    await pushed
    expect(sim.log.of('push')).toMatchObject([{ outcome: 'accepted', status: 200 }])
    expect(seen).toHaveLength(1)
    await sim.close()
    server.close()
  })

  it.each([
    ['a path without a route', 404, /answered 404/],
    ['an address without a server', 0, /cannot be reached/],
  ])('SM-14 %s is a warning of the process, once', async (_what, status, says) => {
    const server = createServer((_message, response) => response.writeHead(status || 200).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wrong`
    if (status === 0) await new Promise((resolve) => server.close(resolve))
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    const sim = await startSimulator({ bot: { webhook: url }, page: false, pushRetries: [] })
    for (const text of ['hi', 'hello?']) {
      const pushed = sim.log.next((entry): entry is PushEntry => entry.kind === 'push')
      sim.user('ann').say(text)
      await pushed
    }
    await setImmediate()
    expect(warnings).toMatchObject([
      { code: 'QQKIT_WEBHOOK_ADDRESS', message: expect.stringMatching(says) as string },
    ])
    process.off('warning', note)
    await sim.close()
    server.close()
  })

  it('SM-01 a bot without an address cannot be checked', async () => {
    const sim = createMemorySimulator()
    expect(() => sim.validateWebhook()).toThrow('no webhook address')
    await sim.close()
  })
})
