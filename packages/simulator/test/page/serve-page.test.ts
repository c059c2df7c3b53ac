import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { OptionsError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { liveDefaults, liveNames } from '../../src/core/rules/live-switches.js'
import { servePage, type Page } from '../../src/page/serve-page.js'
import { opened, said } from '../support/entries.js'
import { createFakeHost, type FakeHost } from '../support/fake-host.js'

const HOME = 'http://127.0.0.1:8000'
const SAY = { room: 'c2c:ann', person: 'ann', text: 'hi' } as const
const PLAIN = { at: true, quote: null, files: [] } as const

describe('the server of the page', () => {
  let assets: string
  let host: FakeHost
  let clock: ManualClock
  let page: Page

  beforeAll(async () => {
    assets = await mkdtemp(path.join(tmpdir(), 'qqkit-assets-'))
    await mkdir(path.join(assets, 'assets'))
    await writeFile(path.join(assets, 'index.html'), '<title>page</title>')
    await writeFile(path.join(assets, 'favicon.svg'), '<svg/>')
    await writeFile(path.join(assets, 'assets', 'index-a1.js'), '0')
    await writeFile(path.join(assets, 'secret.txt'), 'not for you')
  })
  afterAll(async () => rm(assets, { recursive: true }))

  beforeEach(() => {
    host = createFakeHost()
    clock = new ManualClock()
    page = servePage(host, { assets, loopbackOnly: true, clock })
  })

  const get = async (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    page.fetch(new Request(`${HOME}${url}`, { headers: { host: '127.0.0.1:8000', ...headers } }))

  const post = async (name: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    page.fetch(
      new Request(`${HOME}/_sim/${name}`, {
        method: 'POST',
        headers: { host: '127.0.0.1:8000', 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    )

  it('serves the page with a policy that lets no foreign script in', async () => {
    const response = await get('/')
    expect(await response.text()).toBe('<title>page</title>')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('serves its files, hashed ones as immutable, and no others', async () => {
    const script = await get('/_sim/assets/index-a1.js')
    expect(script.headers.get('content-type')).toMatch('text/javascript')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect((await get('/favicon.ico')).headers.get('content-type')).toBe('image/svg+xml')
    for (const url of [
      '/_sim/secret.txt',
      '/_sim/assets/..%2fsecret.txt',
      '/_sim/%2e%2e/x.js',
      '/_sim/no.js',
    ]) {
      expect((await get(url)).status).toBe(404)
    }
  })

  it('answers with build instructions without a build', async () => {
    const bare = servePage(host, { assets: path.join(assets, 'nowhere'), loopbackOnly: true, clock })
    const response = await bare.fetch(new Request(HOME, { headers: { host: 'localhost' } }))
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('pnpm -F @qqkit/simulator build')
  })

  it('SM-26 plays by name or from JSON, and refuses a clock that is not manual', async () => {
    expect((await post('play', { scenario: 'an-incident' })).status).toBe(204)
    expect((await post('play', { scenario: '{"name":"own"}' })).status).toBe(204)
    expect((await post('playback', { id: 1, to: 'pause' })).status).toBe(204)
    expect(host.calls).toEqual([
      ['play', 'an-incident'],
      ['play', { name: 'own' }],
      ['control', 1, 'pause'],
    ])
    const refusals = [
      [await post('playback', { id: 2, to: 'stop' }), /ended/],
      [await post('clock', { ms: 1000 }), /only a manual one/],
      [await post('play', { scenario: 'unknown' }), /not JSON/],
    ] as const
    for (const [response, message] of refusals) {
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        message: expect.stringMatching(message) as string,
        zh: expect.stringMatching(/[\u4E00-\u9FFF]/) as string,
      })
    }
  })

  it.each(['localhost:8000', '127.0.0.1', '127.9.9.9:80', '[::1]:8000', 'bot.localhost'])(
    'answers to %s',
    async (name) => {
      expect((await get('/', { host: name })).status).toBe(200)
    },
  )

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8000', '10.0.0.1', ''])(
    'refuses the host "%s", which could be a foreign site',
    async (name) => {
      expect((await get('/_sim/events', { host: name })).status).toBe(403)
      expect((await post('say', SAY, { host: name })).status).toBe(403)
    },
  )

  it('answers to any host name when it listens beyond this machine', async () => {
    const open = servePage(host, { assets, loopbackOnly: false, clock })
    expect((await open.fetch(new Request(HOME, { headers: { host: 'lab.example' } }))).status).toBe(200)
  })

  it('takes inputs as JSON from its own origin only', async () => {
    expect((await post('say', SAY, { origin: 'http://127.0.0.1:8000' })).status).toBe(204)
    expect((await post('say', SAY, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('say', SAY, { origin: 'null' })).status).toBe(403)
    expect((await post('say', SAY, { 'content-type': 'text/plain' })).status).toBe(415)
    expect(host.calls).toEqual([['say', 'c2c:ann', 'ann', 'hi', PLAIN]])
  })

  it.each([
    ['say', '{', 400],
    ['say', { ...SAY, text: ' ' }, 200],
    ['say', { ...SAY, room: 'c2c:moon' }, 200],
    ['rooms', { bot: 'B', scene: 'moon', room: 'a', person: 'a' }, 400],
    ['recall', { message: 'unknown', person: 'ann' }, 200],
    ['act', { room: 'c2c:ann', person: 'ann', what: 'dance' }, 400],
    ['say', { ...SAY, more: 1 }, 400],
    ['say', null, 400],
    ['nothing', {}, 404],
    ['toString', {}, 404],
    ['press', { message: 'unknown', button: 'b', person: 'ann' }, 200],
    ['live', { name: '', value: 'one' }, 400],
    ['live', { name: 'streamSlots', value: 1 }, 400],
    ['faults', { kind: 'unknown', times: 'once', target: 'all', values: {} }, 200],
    ['faults', { kind: 'close', times: 'once', target: 'all', values: { code: 'x' } }, 200],
    ['faults', { kind: 'drop', times: 0, target: 'all', values: {} }, 400],
    ['faults', { kind: 'drop', times: 'once', target: 'x', values: {} }, 200],
    ['faults', { kind: 'custom', times: 'once', target: 'all', values: { fault: '[1' } }, 200],
    ['say', `"${'x'.repeat(70_000)}"`, 413],
  ])('refuses %s %j with %i and a reason', async (name, body, status) => {
    const response = await post(name, body)
    expect(response.status).toBe(status)
    expect(host.calls).toEqual([])
  })

  it.each([
    ['act', { room: 'c2c:moon', person: 'ann', what: 'befriend' }],
    ['faults', { kind: 'unknown', times: 'once', target: 'all', values: {} }],
    ['faults', { kind: 'custom', times: 'once', target: 'all', values: { fault: '[1' } }],
  ])('refuses %s %j in both languages', async (name, body) => {
    const { message, zh } = (await (await post(name, body)).json()) as Readonly<Record<string, string>>
    expect(message).toMatch(/^[ -~“”’]+$/)
    expect(zh).toMatch(/\p{Script=Han}/u)
  })

  it('SM-26 says in both languages what is wrong with a scenario', async () => {
    const wrong = { subject: 'Scenario', path: 'steps', received: 'an object', hint: 'give a list' }
    const play = (): never => {
      throw new OptionsError(wrong)
    }
    const strict = servePage({ ...host, play }, { assets, loopbackOnly: true, clock })
    const headers = { host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' }
    const body = JSON.stringify({ scenario: '{}' })
    const answer = await strict.fetch(new Request(`${HOME}/_sim/play`, { method: 'POST', headers, body }))
    expect(await answer.json()).toEqual({
      message: 'Scenario option "steps": give a list; received an object',
      zh: '场景的 steps：应为列表；收到的是 一个对象',
    })
  })

  it('takes files of people and serves those of messages, to be shown or to be downloaded', async () => {
    const put = async (name: string, body: string): Promise<Response> =>
      page.fetch(
        new Request(`${HOME}/_sim/media?name=${name}`, {
          method: 'PUT',
          headers: { host: '127.0.0.1:8000' },
          body,
        }),
      )
    expect(await (await put('a.gif', 'GIF89a…')).json()).toMatchObject({ filename: 'a.gif' })
    await put('b.html', '<script>alert(1)</script>')
    const picture = await get('/_sim/media/1')
    expect([picture.headers.get('content-type'), picture.headers.get('x-content-type-options')]).toEqual([
      'image/gif',
      'nosniff',
    ])
    const other = await get('/_sim/media/2')
    expect(other.headers.get('content-type')).toBe('application/octet-stream')
    expect(other.headers.get('content-disposition')).toBe('attachment')
    const part = await get('/_sim/media/1', { range: 'bytes=3-5' })
    expect([part.status, await part.text()]).toEqual([206, '89a'])
    expect((await get('/_sim/media/3')).status).toBe(404)
    expect((await put('c', 'x'.repeat(21 * 1024 * 1024))).status).toBe(413)
  })

  it('SM-02 arms and strikes faults for one connection, one route or all, once, n times or until cleared', async () => {
    const order = { times: 'once', target: 'all', values: {} } as const
    await post('faults', { ...order, kind: 'drop' })
    await post('faults', { ...order, kind: 'close', target: '3', values: { code: '4009' } })
    expect(host.calls).toEqual([
      ['strike', { kind: 'drop' }, null],
      ['strike', { kind: 'close', code: 4009 }, 3],
    ])
    await post('faults', { ...order, kind: 'no-ready', times: 2, target: '3' })
    await post('faults', { ...order, kind: 'anchor-expired', times: 'always' })
    await post('faults', { ...order, kind: 'server-error', target: 'group.send' })
    expect(host.faults().map(({ spec, left }) => ({ on: spec.on, match: spec.match, left }))).toEqual([
      { on: 'identify', match: { connection: 3 }, left: 2 },
      { on: 'call', match: { passive: true, route: 'send' }, left: Number.POSITIVE_INFINITY },
      { on: 'call', match: { route: 'group.send' }, left: 1 },
    ])
    await post('clear', { id: host.faults()[0]?.id ?? '' })
    expect(host.faults()).toHaveLength(2)
    await post('clear', { id: 'all' })
    expect(host.faults()).toEqual([])
  })

  /** Reads the events of a feed. */
  const reader = (
    response: Response,
  ): (() => Promise<{ readonly event: string; readonly data: unknown }>) => {
    const chunks = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader()
    let text = ''
    return async () => {
      for (;;) {
        const match = /event: (\w+)\ndata: (.*)\n\n/.exec(text)
        if (match) {
          text = text.slice(match.index + match[0].length)
          return { event: match[1] ?? '', data: JSON.parse(match[2] ?? '') as unknown }
        }
        const { value, done } = await chunks.read()
        if (done) return { event: 'end', data: null }
        text += value
      }
    }
  }

  it('begins the feed with a whole snapshot and continues with batched changes', async () => {
    host.record(said('before'))
    const next = reader(await get('/_sim/events'))
    expect(await next()).toMatchObject({
      event: 'snapshot',
      data: { version: 1, bot: { appId: '102000001' }, messages: [{ text: 'before' }] },
    })
    host.record(opened())
    host.record(said('after'))
    await clock.advance(50)
    expect(await next()).toMatchObject({
      event: 'update',
      data: { messages: [{ text: 'after' }], connections: [{ id: '1' }], feed: [{ verb: 'opened' }] },
    })
  })

  it('shows faults that a program arms', async () => {
    const next = reader(await get('/_sim/events'))
    await next()
    host.addFault({ on: 'event', do: { kind: 'drop' }, times: 'forever' })
    host.record({ kind: 'fault', change: 'added', fault: 'fault-0', what: '', where: '' })
    await clock.advance(50)
    expect(await next()).toMatchObject({
      data: { faults: [{ kind: 'custom', remaining: null, target: 'all' }] },
    })
  })

  it('SM-07 turns live switches by name and by number, and shows those that a program turns', async () => {
    const next = reader(await get('/_sim/events'))
    expect(await next()).toMatchObject({
      data: {
        switches: liveNames.map((name) => ({
          name,
          value: String(liveDefaults[name]),
          start: String(liveDefaults[name]),
        })),
      },
    })
    await post('live', { name: 'streamRemaining', value: 'absent' })
    await post('live', { name: 'streamBytes', value: '2000' })
    // A name of digits is no number where the switch knows it by name.
    await post('live', { name: 'refusalStatus', value: '400' })
    expect(host.live.all()).toMatchObject({
      streamRemaining: 'absent',
      streamBytes: 2000,
      refusalStatus: '400',
    })
    await clock.advance(50)
    const told = (await next()) as { data: { switches: { name: string; value: string }[] } }
    expect(told.data.switches.find(({ name }) => name === 'streamBytes')).toMatchObject({ value: '2000' })
    await post('live', { name: null, value: null })
    expect(host.live.all()).toEqual(liveDefaults)
  })

  it('sends a slow browser a fresh snapshot instead of a backlog', async () => {
    const response = await get('/_sim/events')
    for (let n = 0; n < 200; n += 1) {
      host.record(said(String(n)))
      await clock.advance(50)
    }
    const next = reader(response)
    let last = await next()
    let events = 1
    while (!JSON.stringify(last.data).includes('"text":"199"')) {
      last = await next()
      events += 1
    }
    expect(last.event).toBe('snapshot')
    expect(events).toBeLessThan(100)
  })

  it('follows the log neither before its first opening nor after its close', async () => {
    await get('/')
    expect(host.followers).toBe(0)
    const next = reader(await get('/_sim/events'))
    expect((await next()).event).toBe('snapshot')
    expect(host.followers).toBe(1)
    host.record(opened())
    page.close()
    expect(host.followers).toBe(0)
    expect((await next()).event).toBe('end')
    expect(clock.pending).toBe(0)
  })
})
