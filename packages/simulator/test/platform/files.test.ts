import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { png } from '../support/pictures.js'
import { onStage, type Stage } from '../support/stage.js'

const PICTURE = png(4, 4)

const hash = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')

/** Uploads a file to ann and sends it. */
const sendFile = async (stage: Stage, upload: object): Promise<void> => {
  const place = `/v2/users/${stage.sim.user('ann').id}`
  stage.sim.user('ann').say('hi')
  const { json } = await stage.post(`${place}/files`, upload)
  const { file_info } = json as { readonly file_info: string }
  expect((await stage.post(`${place}/messages`, { msg_type: 7, media: { file_info } })).status).toBe(200)
}

/** The files of the newest message, with their bytes. */
const newest = ({ sim }: Stage): readonly object[] =>
  (sim.log.of('message').at(-1)?.files ?? []).map((file) => ({ ...file, bytes: sim.contentOf(file) }))

describe('the files of messages', () => {
  it.each([
    [1, PICTURE, { kind: 'image', type: 'image/png' }],
    [3, Buffer.from('\u0002#!SILK_V3voice', 'latin1'), { kind: 'voice', type: 'audio/silk' }],
    [2, Buffer.from('0000ftypisom', 'latin1'), { kind: 'video', type: 'video/mp4' }],
    [4, Buffer.from('a,b\n1,2'), { kind: 'file', type: null, name: 'table.csv' }],
  ])('SM-18 of file_type %i in base64 are in the log, with their bytes', async (type, bytes, expected) =>
    onStage(async (stage) => {
      const name = type === 4 ? { file_name: 'table.csv' } : {}
      await sendFile(stage, { file_type: type, file_data: bytes.toString('base64'), ...name })
      expect(newest(stage)).toMatchObject([{ name: '', url: null, size: bytes.length, bytes, ...expected }])
    }),
  )

  it('SM-18 by address have the address and no bytes', async () =>
    onStage(async (stage) => {
      await sendFile(stage, { file_type: 2, url: 'https://example.test/a%20b.mp4' })
      expect(newest(stage)).toEqual([
        {
          kind: 'video',
          name: 'a b.mp4',
          type: null,
          size: null,
          url: 'https://example.test/a%20b.mp4',
          content: null,
          bytes: null,
        },
      ])
    }))

  it('SM-18 in parts are put together, and can be downloaded from the address in the answer', async () =>
    onStage(
      async (stage) => {
        const { sim, client, post } = stage
        const place = `/v2/users/${sim.user('ann').id}`
        const md5 = hash('md5', PICTURE)
        const prepared = await post(`${place}/upload_prepare`, {
          file_type: 1,
          file_name: 'grey.png',
          file_size: String(PICTURE.length),
          md5,
          sha1: hash('sha1', PICTURE),
          md5_10m: md5,
        })
        const { upload_id, parts } = prepared.json as {
          readonly upload_id: string
          readonly parts: readonly { readonly index: number; readonly presigned_url: string }[]
        }
        expect(parts.length).toBeGreaterThan(2)
        for (const { index, presigned_url } of parts) {
          const bytes = PICTURE.subarray(index * 20, (index + 1) * 20)
          const { pathname, search } = new URL(presigned_url)
          await client.call(pathname + search, { method: 'PUT', body: bytes })
          const part = { upload_id, part_index: index, block_size: bytes.length, md5: hash('md5', bytes) }
          expect((await post(`${place}/upload_part_finish`, part)).status).toBe(200)
        }
        const { json } = await post(`${place}/files`, { file_type: 1, upload_id })
        const { file_info, raw_url } = json as { readonly file_info: string; readonly raw_url: string }
        sim.user('ann').say('hi')
        await post(`${place}/messages`, { msg_type: 7, media: { file_info } })
        expect(newest(stage)).toMatchObject([{ kind: 'image', name: 'grey.png', bytes: PICTURE }])
        const downloaded = await client.call(new URL(raw_url).pathname, { method: 'GET' })
        expect(downloaded.headers['content-type']).toBe('image/png')
      },
      { uploadBlockSize: 20 },
    ))

  it('SM-18 sent within a form to a channel are in the log', async () =>
    onStage(async (stage) => {
      const { sim, client, token } = stage
      const form = new FormData()
      form.set('file_image', new Blob([Uint8Array.from(PICTURE)]), 'a.png')
      const encoded = new Response(form)
      await client.call(`/channels/${sim.channel('general').id}/messages`, {
        method: 'POST',
        token,
        headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
        body: new Uint8Array(await encoded.arrayBuffer()),
      })
      expect(newest(stage)).toMatchObject([{ kind: 'image', type: 'image/png', bytes: PICTURE }])
    }))

  it('SM-18 that people send can be downloaded by the bot', async () =>
    onStage(async (stage) => {
      const { sim, client, socket } = stage
      const attachment = sim.file(PICTURE, { name: 'my cat.png', width: 4, height: 4 })
      sim.user('ann').say('look', { attachments: [attachment] })
      const { d } = await socket.until(({ t }) => t === 'C2C_MESSAGE_CREATE')
      expect(d).toMatchObject({
        attachments: [{ content_type: 'image/png', filename: 'my cat.png', size: PICTURE.length, width: 4 }],
      })
      const { status } = await client.call(new URL(attachment.url).pathname, { method: 'GET' })
      expect(status).toBe(200)
      expect(sim.log.of('call').at(-1)).toMatchObject({
        route: 'storage.get',
        response: `<${PICTURE.length} bytes>`,
      })
      expect(newest(stage)).toMatchObject([{ kind: 'image', name: 'my cat.png', bytes: PICTURE }])
      expect((await client.call('/_cos/999', { method: 'GET' })).status).toBe(404)
    }))

  it('SM-18 are dropped beyond the size of all messages, the oldest first', async () =>
    onStage(
      async (stage) => {
        const { sim } = stage
        const files = ['a', 'b', 'c'].map((name) => sim.file(new Uint8Array(500_000), { name }))
        for (const file of files) sim.user('ann').say('x', { attachments: [file] })
        const kept = sim.log
          .of('message')
          .flatMap(({ files: [file] }) => (file ? [sim.contentOf(file)?.length ?? null] : []))
        expect(kept).toEqual([null, 500_000, 500_000])
      },
      { memorySize: 1_048_576 },
    ))
})
