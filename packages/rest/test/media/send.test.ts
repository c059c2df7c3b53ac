import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { file, fallbackRules, image, media, MediaError, video, voice, type Target } from '../../src/index.js'
import { onStage, png, reasonOf, type MediaStage } from '../support/media-stage.js'

const CAT = png(3000)
const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-test-'))
const CAT_FILE = path.join(folder, 'cat.png')
writeFileSync(CAT_FILE, CAT)

let server: Server
let url = ''
let downloads = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    downloads += 1
    if (request.url === '/away') response.writeHead(302, { location: 'http://10.0.0.7/cat.png' })
    response.end(CAT)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // The platform stands elsewhere and cannot reach it.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cat.png?sign=s3cr3t`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

const allowed = {
  rest: { media: { download: { allowHosts: ['127.0.0.1'] } } },
} as const

const scenes = ({ sim, ann, room }: MediaStage): readonly Target[] => [
  ann,
  room,
  { scene: 'channel', id: sim.channel('general').id },
  { scene: 'dm', id: sim.dm('dan').id },
]

const isUser = ({ scene }: Target): boolean => scene === 'c2c' || scene === 'group'

const lastMessage = ({ sim }: MediaStage): Readonly<Record<string, unknown>> => {
  const entry = sim.log.of('message').findLast(({ direction }) => direction === 'out')
  return entry?.payload as Readonly<Record<string, unknown>>
}

describe('one way to send an image in all four scenes', () => {
  it.each<[string, () => Parameters<typeof image>[0]]>([
    ['bytes', () => CAT],
    ['a path', () => ({ path: CAT_FILE })],
    ['a stream', () => ({ stream: Readable.from([CAT]) })],
    ['a public address', () => 'https://example.test/cat.png'],
  ])('RS-16 %s', async (what, source) =>
    onStage(async (stage) => {
      const { rest, sim } = stage
      for (const target of scenes(stage)) {
        sim.dm('dan').say('hi')
        const result = await rest.send(target, { content: 'look', ...image(source()) })
        expect(result).toMatchObject({ kind: 'sent', steps: [] })
        const body = lastMessage(stage)
        expect(body).toMatchObject({ content: 'look' })
        const inGuild =
          what === 'a public address'
            ? { image: 'https://example.test/cat.png' }
            : { file_image: { size: CAT.length } }
        const uploaded = { msg_type: 7, media: { file_info: expect.any(String) } }
        expect(body).toMatchObject(isUser(target) ? uploaded : inGuild)
        expect(body).not.toHaveProperty('file')
      }
    }),
  )

  it('RS-16 objects of a message with bytes go as JSON texts in a form, and the reply stays a reply', async () =>
    onStage(async (stage) => {
      const { rest, sim } = stage
      const said = sim.channel('general').user('cat').say('picture?')
      const result = await rest.send(
        { scene: 'channel', id: sim.channel('general').id },
        { ...image({ data: CAT, name: '"a"\r\nb.png' }), message_reference: { message_id: said.id } },
        { anchor: { msgId: said.id } },
      )
      expect(result).toMatchObject({ mode: 'passive' })
      expect(lastMessage(stage)).toMatchObject({
        msg_id: said.id,
        message_reference: { message_id: said.id },
        file_image: { size: CAT.length },
      })
      const call = sim.log.of('call').find(({ route }) => route === 'channel.send')
      expect(call?.request).toContain('filename="ab.png"\r\nContent-Type: image/png\r\n')
    }))

  it('RS-16 a file whose upload may have been lost is a message that was not sent', async () =>
    onStage(async ({ rest, ann, sim, settle }) => {
      sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'reset' }, times: 'forever' })
      const error = await settle(reasonOf(rest.send(ann, image(CAT))))
      expect(error).toMatchObject({ code: 'no_answer', delivered: 'no' })
      expect(sim.oracle.executed('c2c.send')).toBe(0)
    }))
})

it('RS-16 videos, voices and files go to people and groups only', async () =>
  onStage(async (stage) => {
    const { rest, ann, sim, bodies } = stage
    await rest.send(ann, video('https://example.test/a.mp4'))
    await rest.send(ann, voice('https://example.test/a.silk'))
    await rest.send(ann, file({ data: Buffer.from('notes'), name: 'notes.txt' }))
    expect(bodies('c2c.files').map((body) => body['file_type'])).toEqual([2, 3, 4])
    const channel: Target = { scene: 'channel', id: sim.channel('general').id }
    for (const message of [video(CAT), voice(CAT), file(CAT)])
      expect(await reasonOf(rest.send(channel, message))).toMatchObject({
        code: 'invalid_request',
        path: 'file',
        delivered: 'no',
      })
    expect(sim.oracle.executed('channel.send')).toBe(0)
  }))

describe('an uploaded file', () => {
  it('RS-18 is sent any number of times', async () =>
    onStage(async (stage) => {
      const { rest, ann, sim } = stage
      const uploaded = await rest.media.upload(ann, CAT)
      for (const message of [image(uploaded), media(uploaded), media(uploaded.fileInfo)])
        expect(await rest.send(ann, message)).toMatchObject({ kind: 'sent' })
      expect(sim.oracle.executed('c2c.files')).toBe(1)
      expect(() => voice(uploaded)).toThrow('use image(media)')
    }))

  it('RS-16 of another scene is refused before any request, where the compiler could not see it', async () =>
    onStage(async (stage) => {
      const { rest, ann, sim } = stage
      const uploaded = await rest.media.upload(ann, CAT)
      const elsewhere: Target = { scene: 'group', id: sim.group('room').id }
      const error = await reasonOf(rest.send(elsewhere, { ...image(uploaded), content: 'x' }))
      expect(error).toMatchObject({
        code: 'invalid_request',
        path: 'media',
        message: expect.stringContaining('c2c'),
      })
      expect(sim.oracle.executed('group.send')).toBe(0)
    }))

  it('RS-18 that the platform has forgotten is uploaded again, once', async () =>
    onStage(async ({ rest, ann, sim }) => {
      await rest.send(ann, image(CAT))
      sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'error', code: 304080 } })
      const result = await rest.send(ann, image(CAT))
      expect(result.steps).toMatchObject([{ kind: 'fallback', name: 'fresh_upload', errCode: 304080 }])
      expect(sim.oracle.executed('c2c.files')).toBe(2)

      sim.faults.add({
        on: 'call',
        match: { route: 'c2c.send' },
        do: { kind: 'error', code: 304080 },
        times: 'forever',
      })
      expect(await reasonOf(rest.send(ann, image(CAT)))).toMatchObject({ errCode: 304080 })
      expect(sim.oracle.executed('c2c.files')).toBe(3)
    }))
})

describe('an address that the platform cannot download', () => {
  it('RS-15 is downloaded by the bot and sent as bytes, once, in every scene', async () =>
    onStage(async (stage) => {
      const { rest, sim } = stage
      for (const target of scenes(stage)) {
        sim.dm('dan').say('hi')
        downloads = 0
        const result = await rest.send(target, { content: 'look', ...image(url) })
        const code = isUser(target) ? 850026 : 304021
        expect(result).toMatchObject({
          kind: 'sent',
          steps: [{ kind: 'fallback', name: 'media_bytes', errCode: code }],
        })
        expect(downloads).toBe(1)
      }
      expect(JSON.stringify(stage.records)).not.toContain('s3cr3t')
    }, allowed))

  it('RS-15 is downloaded by the bot in a guild message with only an image', async () =>
    onStage(async (stage) => {
      const target = { scene: 'channel', id: stage.sim.channel('general').id } as const
      const result = await stage.rest.send(target, { image: url })
      expect(result.steps).toMatchObject([{ name: 'media_bytes', errCode: 304021 }])
      expect(lastMessage(stage)).toMatchObject({ file_image: { size: CAT.length } })
    }, allowed))

  it('RS-15 is downloaded by the bot in an upload as well', async () =>
    onStage(async ({ rest, ann, records, bodies }) => {
      const uploaded = await rest.media.upload(ann, url)
      expect(uploaded).toMatchObject({ type: 'image', steps: [{ name: 'media_bytes', errCode: 850026 }] })
      expect(bodies('c2c.files')[1]).toMatchObject({ file_data: CAT.toString('base64') })
      expect(records).toContainEqual(expect.objectContaining({ event: 'rest.fallback', name: 'media_bytes' }))
      // The same bytes are known by now, wherever they come from.
      expect(await rest.media.upload(ann, { path: CAT_FILE })).toMatchObject({ cached: true })
    }, allowed))

  it('RS-15 is downloaded by the bot from the start with download: true', async () =>
    onStage(async ({ rest, ann, bodies }) => {
      expect(await rest.media.upload(ann, { url, download: true })).toMatchObject({
        type: 'image',
        steps: [],
      })
      expect(bodies('c2c.files')).toHaveLength(1)
    }, allowed))

  it('RS-15 in a private network is refused before any request', async () =>
    onStage(async (stage) => {
      const { rest, ann, bodies, sim } = stage
      const channel: Target = { scene: 'channel', id: sim.channel('general').id }
      downloads = 0
      for (const work of [
        () => rest.media.upload(ann, url),
        () => rest.send(ann, image(url)),
        () => rest.send(channel, image(url)),
      ])
        expect(await reasonOf(work())).toMatchObject({ code: 'media_private_address', delivered: 'no' })
      expect([downloads, bodies('c2c.files'), bodies('channel.send')]).toEqual([0, [], []])
    }))

  it('RS-15 is not followed into a private network: the error has both refusals', async () =>
    onStage(async (stage) => {
      const { rest, ann, sim } = stage
      const channel: Target = { scene: 'channel', id: sim.channel('general').id }
      const away = new URL('/away', url).href
      for (const work of [
        () => rest.media.upload(ann, away, { type: 'image' }),
        () => rest.send(ann, image(away)),
        () => rest.send(channel, image(away)),
      ]) {
        const error = await reasonOf(work())
        expect(error).toMatchObject({ code: 'media_private_address', delivered: 'no' })
        expect(MediaError.is(error) && error.cause).toMatchObject({
          code: expect.any(String),
          errCode: expect.any(Number),
        })
      }
    }, allowed))

  it.each([
    { ...allowed, rest: { media: { download: false } } },
    {
      ...allowed,
      rest: { ...allowed.rest, fallbacks: fallbackRules.filter(({ when }) => when !== 'mediaNotFetchable') },
    },
  ] as const)('RS-15 stays refused where downloads or the rule are switched off (%#)', async (options) =>
    onStage(async ({ rest, ann, sim }) => {
      const gone = 'https://example.test/gone.png'
      sim.faults.add({
        on: 'call',
        match: { route: 'files' },
        do: { kind: 'error', code: 850026 },
        times: 'forever',
      })
      expect(await reasonOf(rest.media.upload(ann, gone))).toMatchObject({ errCode: 850026 })
      expect(await reasonOf(rest.send(ann, image(gone)))).toMatchObject({ errCode: 850026, steps: [] })
    }, options),
  )
})

it('RS-01 a file that was uploaded is not uploaded again when its message falls back', async () =>
  onStage(async (stage) => {
    const { rest, ann, sim, clock } = stage
    const { id } = sim.user('ann').say('late?')
    await clock.advance(3_700_000)
    const result = await rest.send(ann, image(CAT), { anchor: { msgId: id } })
    expect(result).toMatchObject({ mode: 'proactive', steps: [{ name: 'proactive' }] })
    const channel = sim.channel('general')
    const said = channel.user('cat').say('late?')
    await clock.advance(400_000)
    const late = await rest.send({ scene: 'channel', id: channel.id }, image({ path: CAT_FILE }), {
      anchor: { msgId: said.id },
    })
    expect(late).toMatchObject({ mode: 'proactive', steps: [{ name: 'proactive' }] })
    expect(sim.oracle.executed('c2c.files')).toBe(1)
    expect(lastMessage(stage)).toMatchObject({ file_image: { size: CAT.length } })
  }))

it.each([
  [{ ...image(CAT), markdown: { content: '# a' } }, 'markdown'],
  [{ ...image(CAT), image: 'https://example.test/a.png' }, 'image'],
  [{ ...image(CAT), embed: { title: 'x' } }, 'embed'],
])('RS-16 a file does not go with %j', async (message, field) =>
  onStage(async ({ rest, sim }) => {
    const target: Target = { scene: 'channel', id: sim.channel('general').id }
    expect(await reasonOf(rest.send(target, message))).toMatchObject({
      path: 'file',
      message: expect.stringContaining(field),
    })
    expect(sim.log.of('call')).toEqual([])
  }),
)

it('RS-16 a missing file is found before any request', async () =>
  onStage(async ({ rest, ann, sim }) => {
    expect(() => image('cat.png')).toThrow('source.url')
    expect(await reasonOf(rest.send(ann, { file: { type: 'image', source: 'ftp://x.test' } }))).toMatchObject(
      { code: 'media_url' },
    )
    expect(
      await reasonOf(rest.send(ann, { file: { type: 'picture' as 'image', source: CAT } })),
    ).toMatchObject({ path: 'file.type' })
    expect(await reasonOf(rest.send(ann, image({ path: path.join(folder, 'nowhere') })))).toMatchObject({
      code: 'media_not_found',
    })
    expect(await reasonOf(rest.send(ann, voice(CAT)))).toMatchObject({ code: 'media_type' })
    expect(sim.log.of('call')).toEqual([])
  }))
