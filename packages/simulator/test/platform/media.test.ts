import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { onStage, type Stage } from '../support/stage.js'

const hash = (name: 'md5' | 'sha1', bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')

interface Prepared {
  readonly upload_id: string
  readonly parts: readonly {
    readonly index: number
    readonly presigned_url: string
    readonly block_size: string
  }[]
}

const prepare = async ({ post, sim }: Stage, bytes: Uint8Array): Promise<Prepared> => {
  const answer = await post(`/v2/users/${sim.user('ann').id}/upload_prepare`, {
    file_type: 2,
    file_name: 'v.mp4',
    file_size: String(bytes.length),
    md5: hash('md5', bytes),
    sha1: hash('sha1', bytes),
    md5_10m: hash('md5', bytes),
  })
  expect(answer.status).toBe(200)
  return answer.json as unknown as Prepared
}

describe('media', () => {
  it('SM-01 an upload gives a file_info that its scene can send', async () =>
    onStage(async ({ sim, post }) => {
      const user = `/v2/users/${sim.user('ann').id}`
      const file = await post(`${user}/files`, {
        file_type: 1,
        url: 'https://example.test/a.png',
        srv_send_msg: false,
      })
      expect(file).toMatchObject({ status: 200, json: { ttl: 300 } })
      const body = { msg_type: 7, media: { file_info: file.json?.['file_info'] } }
      expect((await post(`${user}/messages`, body)).status).toBe(200)
      expect((await post(`/v2/groups/${sim.group('room').id}/messages`, body)).json).toMatchObject({
        code: 304080,
      })
    }))

  it.each([
    ['no url', { file_type: 1, url: 'ftp://x' }, 850026],
    ['no source', { file_type: 1 }, 850019],
    ['no base64', { file_type: 1, file_data: '***' }, 850019],
    ['no type', { url: 'https://example.test/a.png' }, 850019],
  ])('SM-03 refuses an upload with %s', async (_what, body, code) =>
    onStage(async ({ sim, post }) => {
      expect((await post(`/v2/users/${sim.user('ann').id}/files`, body)).json).toMatchObject({ code })
    }),
  )

  it('SM-03 an address that looks like a page is refused for its format, before anything is fetched (§5.5)', async () =>
    onStage(async ({ sim, post }) => {
      for (const path of [
        `/v2/users/${sim.user('ann').id}/files`,
        `/v2/groups/${sim.group('room').id}/files`,
      ]) {
        const refused = { status: 400, json: { code: 850019, message: '富媒体文件格式不支持' } }
        for (const url of [
          'https://example.test/pic.php',
          'http://127.0.0.1/cat.PHP?w=1',
          'https://a.test/x.html',
        ])
          expect(await post(path, { file_type: 1, url })).toMatchObject(refused)
        // A file may be of any kind, and an address may have no ending or another one.
        expect((await post(path, { file_type: 4, url: 'https://example.test/pic.php' })).status).toBe(200)
        for (const url of [
          'https://example.test/cat',
          'https://example.test/php',
          'https://a.test/cat.png?x=.php',
        ])
          expect((await post(path, { file_type: 1, url })).status).toBe(200)
      }
    }))

  it.each([
    ['a size that is a number', { file_size: 4 }],
    ['an empty sha1', { sha1: '' }],
    ['no type', { file_type: undefined }],
  ])('SM-03 a preparation with %s is refused with 850012', async (_what, change) =>
    onStage(async ({ sim, post }) => {
      const whole = {
        file_type: 1,
        file_name: 'a.png',
        file_size: '4',
        md5: 'a'.repeat(32),
        sha1: 'b'.repeat(40),
        md5_10m: 'a'.repeat(32),
      }
      const path = `/v2/users/${sim.user('ann').id}/upload_prepare`
      expect((await post(path, whole)).status).toBe(200)
      expect(await post(path, { ...whole, ...change })).toMatchObject({ status: 400, json: { code: 850012 } })
    }),
  )

  it('SM-03 a body beyond the front proxy’s limit gets an HTML page, even without authorization (§2.4)', async () =>
    onStage(
      async ({ client, sim, post }) => {
        const path = `/v2/users/${sim.user('ann').id}/files`
        const big = { file_type: 1, file_data: 'A'.repeat(2_000) }
        const page = {
          status: 413,
          json: null,
          text: expect.stringContaining('413 Request Entity Too Large') as string,
          headers: { 'content-type': 'text/html' },
        }
        expect(await post(path, big)).toMatchObject(page)
        expect(await client.call(path, { method: 'POST', body: big })).toMatchObject(page)
        expect(sim.log.of('call').slice(-2)).toMatchObject([
          { route: 'c2c.files', executed: false },
          { route: 'c2c.files', executed: false },
        ])
        expect((await post(path, { file_type: 1, file_data: 'QUJD' })).status).toBe(200)
      },
      { bodyLimit: 1_000 },
    ))

  it('SM-01 srv_send_msg sends at once and spends proactive quota', async () =>
    onStage(async ({ sim, post }) => {
      const path = `/v2/users/${sim.user('ann').id}/files`
      const body = { file_type: 1, file_data: 'QUJD', srv_send_msg: true }
      expect((await post(path, body)).json).toHaveProperty('id')
      expect(sim.log.of('message')).toMatchObject([{ content: '[media]' }])
      sim.user('ann').refuse()
      expect((await post(path, body)).json).toMatchObject({ code: 40054013 })
    }))

  it.each([0, 1] as const)('SM-01 a file in parts, the first with index %i', async (firstPartIndex) =>
    onStage(
      async (stage) => {
        const { client, sim, post } = stage
        const user = `/v2/users/${sim.user('ann').id}`
        const bytes = Buffer.alloc(2_500, 7)
        const { upload_id: id, parts } = await prepare(stage, bytes)
        expect(parts.map(({ index, block_size: size }) => [index - firstPartIndex, size])).toEqual([
          [0, '1000'],
          [1, '1000'],
          [2, '500'],
        ])
        const merge = async () => post(`${user}/files`, { upload_id: id, file_type: 2, srv_send_msg: false })
        const finish = async (index: number, md5: string, size: number) =>
          post(`${user}/upload_part_finish`, { upload_id: id, part_index: index, block_size: size, md5 })
        expect((await merge()).json).toMatchObject({ code: 40093001 })
        for (const [number, part] of parts.entries()) {
          const body = bytes.subarray(number * 1_000, number * 1_000 + 1_000)
          expect((await finish(part.index, hash('md5', body), body.length)).json).toMatchObject({
            code: 40093001,
          })
          const put = { method: 'PUT', body }
          expect((await client.call(part.presigned_url, { ...put, token: stage.token })).status).toBe(403)
          expect((await client.call(`${part.presigned_url}x`, put)).status).toBe(403)
          expect(
            (await client.call(part.presigned_url, { method: 'PUT', body: body.subarray(1) })).status,
          ).toBe(400)
          expect((await client.call(part.presigned_url, put)).status).toBe(200)
          expect((await finish(part.index, 'wrong', body.length)).json).toMatchObject({ code: 40093001 })
          expect((await finish(part.index, hash('md5', body), body.length)).json).toEqual({})
        }
        const merged = await merge()
        expect(merged.json).toMatchObject({ ttl: 300 })
        expect(merged.json).toHaveProperty('raw_url')
        const sent = { msg_type: 7, media: { file_info: merged.json?.['file_info'] } }
        expect((await post(`${user}/messages`, sent)).status).toBe(200)
      },
      { uploadBlockSize: 1_000, firstPartIndex },
    ),
  )

  it('SM-01 parts finish in any order, and the whole must match the announced hashes', async () =>
    onStage(
      async (stage) => {
        const { client, sim, post } = stage
        const user = `/v2/users/${sim.user('ann').id}`
        const bytes = Buffer.from(Array.from({ length: 2_500 }, (_, index) => index % 251))
        const upload = async (content: Uint8Array) => {
          const { upload_id: id, parts } = await prepare(stage, bytes)
          for (const { index, presigned_url: url } of parts.toReversed()) {
            const body = content.subarray(index * 1_000, index * 1_000 + 1_000)
            await client.call(url, { method: 'PUT', body })
            const done = { upload_id: id, part_index: index, block_size: body.length, md5: hash('md5', body) }
            expect((await post(`${user}/upload_part_finish`, done)).json).toEqual({})
          }
          return post(`${user}/files`, { upload_id: id, file_type: 2 })
        }
        expect((await upload(bytes)).json).toHaveProperty('file_info')
        expect((await upload(bytes.toReversed())).json).toMatchObject({ code: 40093001 })
      },
      { uploadBlockSize: 1_000 },
    ))

  it('SM-01 the configuration can be at the top level, and sizes can be numbers', async () =>
    onStage(
      async (stage) => {
        const answer = await prepare(stage, Buffer.alloc(1_500, 1))
        expect(answer).toMatchObject({ concurrency: 3, retry_timeout: 60, retry_delay: 2, block_size: 1_000 })
        expect(answer).not.toHaveProperty('upload_config')
        expect(answer.parts.map((part) => part.block_size)).toEqual([1_000, 500])
      },
      {
        uploadBlockSize: 1_000,
        uploads: { config: 'flat', sizes: 'number', concurrency: 3, retryTimeout: 60, retryDelay: 2 },
      },
    ))

  it('SM-03 the daily quota covers uploads of both kinds', async () =>
    onStage(
      async (stage) => {
        const { clock, sim, post } = stage
        const user = `/v2/users/${sim.user('ann').id}`
        const whole = async () => post(`${user}/files`, { file_type: 1, file_data: 'QUJD' })
        const bytes = Buffer.alloc(5)
        const hashes = { md5: hash('md5', bytes), sha1: hash('sha1', bytes), md5_10m: hash('md5', bytes) }
        const first = { file_type: 4, file_name: 'a.bin', file_size: '5', ...hashes }
        expect((await whole()).status).toBe(200)
        expect((await post(`${user}/upload_prepare`, first)).status).toBe(200)
        expect((await whole()).json).toMatchObject({ code: 40093002 })
        expect((await post(`${user}/upload_prepare`, first)).json).toMatchObject({ code: 40093002 })
        await clock.advance(86_400_000)
        expect((await whole()).status).toBe(200)
      },
      { uploads: { perDay: 2 } },
    ))

  it.each([
    [1, 2_000, 304080],
    [0, 86_400_000, null],
  ])('SM-03 a file_info lives for its ttl (%i s)', async (ttl, later, code) =>
    onStage(
      async ({ clock, sim, post }) => {
        const user = `/v2/users/${sim.user('ann').id}`
        const file = await post(`${user}/files`, { file_type: 1, file_data: 'QUJD' })
        expect(file.json).toMatchObject({ ttl })
        await clock.advance(later)
        const body = { msg_type: 7, media: { file_info: file.json?.['file_info'] } }
        expect((await post(`${user}/messages`, body)).json?.['code'] ?? null).toBe(code)
      },
      { uploads: { ttl } },
    ),
  )

  it.each([
    'http://127.0.0.1:8000/a.png',
    'http://localhost/a.png',
    'http://10.1.2.3/a.png',
    'http://[::1]/a.png',
    'http://[fd00::1]/a.png',
    'http://[::ffff:192.168.1.1]/a.png',
  ])('SM-03 the platform cannot download from %s', async (url) =>
    onStage(async ({ sim, post }) => {
      const user = `/v2/users/${sim.user('ann').id}/files`
      expect((await post(user, { file_type: 1, url })).json).toMatchObject({ code: 850026 })
      const channel = `/channels/${sim.channel('general').id}/messages`
      expect((await post(channel, { image: url })).json).toMatchObject({ code: 304021 })
    }),
  )
})

describe('guild calls', () => {
  it('SM-01 list the guild, make a DM, edit a message with a keyboard, take a form', async () =>
    onStage(async ({ client, sim, post, token }) => {
      const get = async (path: string) => client.call(path, { token })
      const [guild] = (await get('/users/@me/guilds')).json as unknown as readonly { id: string }[]
      const channel = sim.channel('general').id
      expect((await get(`/guilds/${guild?.id}`)).json).toMatchObject({ id: guild?.id })
      expect((await get(`/guilds/${guild?.id}/channels`)).json).toMatchObject([
        { id: channel, name: 'general' },
      ])
      expect((await get(`/channels/${channel}`)).json).toMatchObject({ name: 'general' })
      expect((await get('/guilds/1')).json).toMatchObject({ code: 10004 })
      const dan = sim.dm('dan')
      const dm = await post('/users/@me/dms', { recipient_id: dan.personId, source_guild_id: guild?.id })
      expect(dm.json).toMatchObject({ guild_id: dan.id })
      const stranger = await post('/users/@me/dms', { recipient_id: '1', source_guild_id: guild?.id })
      expect(stranger.json).toMatchObject({ code: 10001 })
      const cat = sim.channel('general').user('cat')
      cat.say('hi')
      const fromChannel = await post('/users/@me/dms', {
        recipient_id: cat.personId,
        source_guild_id: guild?.id,
      })
      expect(fromChannel.json).toMatchObject({ guild_id: sim.dm('cat').id })
      const plain = await post(`/channels/${channel}/messages`, { content: 'plain' })
      const edit = async (id: unknown) =>
        client.call(`/channels/${channel}/messages/${String(id)}`, {
          method: 'PATCH',
          token,
          body: { content: 'new' },
        })
      expect((await edit(plain.json?.['id'])).json).toMatchObject({ code: 50049 })
      const keyed = await post(`/channels/${channel}/messages`, { content: 'old', keyboard: { id: '1' } })
      expect((await edit(keyed.json?.['id'])).json).toMatchObject({ content: 'new' })
      expect((await get(`/channels/${channel}/messages/${String(keyed.json?.['id'])}`)).json).toMatchObject({
        message: { content: 'new' },
      })
      const form = new FormData()
      form.set('content', 'with a picture')
      form.set('file_image', new Blob(['bytes']), 'a.png')
      const encoded = new Response(form)
      const sent = await client.call(`/channels/${channel}/messages`, {
        method: 'POST',
        token,
        headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
        body: new Uint8Array(await encoded.arrayBuffer()),
      })
      expect(sent.json).toMatchObject({ content: 'with a picture' })
    }))
})
