import { Readable } from 'node:stream'

import { expect, it } from 'vitest'

import { onStage, png, reasonOf } from '../support/media-stage.js'

const SMALL = png(1000)

it.each([
  ['bytes', SMALL],
  ['{ data }', { data: SMALL }],
  ['an ArrayBuffer', SMALL.buffer.slice(SMALL.byteOffset, SMALL.byteOffset + SMALL.byteLength)],
  ['a stream', { stream: Readable.from([SMALL.subarray(0, 10), SMALL.subarray(10)]), size: 1000 }],
] as const)('RS-16 %s below the threshold go in one call, as base64', async (_what, source) =>
  onStage(async ({ rest, ann, bodies, sim }) => {
    const media = await rest.media.upload(ann, source as Uint8Array)
    expect(media).toMatchObject({
      scene: 'c2c',
      type: 'image',
      ttl: 300,
      cached: false,
      rawUrl: null,
      steps: [],
    })
    expect(bodies('c2c.files')).toEqual([
      { file_type: 1, file_data: SMALL.toString('base64'), srv_send_msg: false },
    ])
    expect(sim.oracle.executed('c2c.files')).toBe(1)
    const sent = await rest.send(ann, { media: { file_info: media.fileInfo } })
    expect(sent).toMatchObject({ kind: 'sent' })
  }),
)

it.each(['https://example.test/a.PNG?x=1', { url: new URL('https://example.test/a.png') }] as const)(
  'RS-16 the address %j is left to the platform to download',
  async (source) =>
    onStage(async ({ rest, room, bodies }) => {
      const media = await rest.media.upload(room, source)
      expect(media).toMatchObject({ scene: 'group', type: 'image', cached: false })
      expect(bodies('group.files')).toEqual([
        {
          file_type: 1,
          url: String(new URL(typeof source === 'string' ? source : source.url)),
          srv_send_msg: false,
        },
      ])
      await rest.send(room, { media: { file_info: media.fileInfo } })
    }),
)

it.each([
  ['https://example.test/song.mp3', undefined, 3],
  ['https://example.test/song', 'voice', 3],
  ['https://example.test/film.mp4', undefined, 2],
  ['https://example.test/film.mp4', 'file', 4],
  ['https://example.test/paper.pdf', undefined, 4],
] as const)('RS-16 %s as %s has file_type %i', async (url, type, fileType) =>
  onStage(async ({ rest, ann, bodies }) => {
    await rest.media.upload(ann, { url }, type ? { type } : {})
    expect(bodies('c2c.files')[0]).toMatchObject({ file_type: fileType })
  }),
)

it('RS-16 plain files carry their name, without folders and control characters', async () =>
  onStage(async ({ rest, ann, bodies }) => {
    const names = ['notes.txt', '../../etc/passwd\n', undefined]
    for (const [index, name] of names.entries())
      await rest.media.upload(ann, { data: Buffer.from(`text ${index}`), ...(name && { name }) })
    expect(bodies('c2c.files').map((body) => body['file_name'])).toEqual([
      'notes.txt',
      '....etcpasswd',
      'file.txt',
    ])
  }))

it('RS-16 a file over the soft limit of its type is sent, with a warning', async () =>
  onStage(
    async ({ rest, ann, records }) => {
      await rest.media.upload(ann, png(20_971_521))
      expect(records).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          event: 'rest.media_as_file',
          type: 'image',
          size: 20_971_521,
          limit: 20_971_520,
        }),
      )
    },
    { sim: { limits: false } },
  ))

it.each([
  ['a number', 3600],
  ['a text', '3600'],
])('RS-16 a file in a wrapper is a file, with a lifetime that is %s', async (_what, ttl) =>
  onStage(async ({ rest, ann, sim }) => {
    const body = { code: 0, message: '', data: { file_uuid: 'uuid', file_info: 'info', ttl } }
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'answer', status: 200, body } })
    expect(await rest.media.upload(ann, SMALL)).toMatchObject({
      fileInfo: 'info',
      fileUuid: 'uuid',
      ttl: 3600,
    })
  }),
)

it('RS-16 what the platform answers in an unknown form is a typed error', async () =>
  onStage(async ({ rest, ann, sim }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'answer', status: 200, body: {} } })
    expect(await reasonOf(rest.media.upload(ann, SMALL))).toMatchObject({
      code: 'media_answer',
      path: 'file_info',
    })
  }))

it('RS-16 a temporary failure of the platform is repeated', async () =>
  onStage(async ({ rest, ann, sim, settle }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'answer', status: 500 }, times: 2 })
    // An address costs nothing; a whole file goes in parts instead (RS-34).
    const media = await settle(rest.media.upload(ann, 'https://example.test/cat.png'))
    expect(media.steps).toMatchObject([{ kind: 'retry' }, { kind: 'retry' }])
  }))

it('RS-13 an abort ends an upload at once, at every step', async () =>
  onStage(async ({ rest, ann, sim, clock }) => {
    const aborted = new AbortController()
    aborted.abort('too late')
    expect(await reasonOf(rest.media.upload(ann, SMALL, { signal: aborted.signal }))).toBe('too late')
    expect(sim.oracle.count('token')).toBe(0)

    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'hang' } })
    const controller = new AbortController()
    const hanging = reasonOf(rest.media.upload(ann, SMALL, { signal: controller.signal }))
    await clock.settle()
    controller.abort('enough')
    expect(await hanging).toBe('enough')
    expect(clock.pending).toBe(0)
  }))

it('RS-13 a timeout bounds the whole upload', async () =>
  onStage(async ({ rest, ann, sim, settle }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'hang' }, times: 'forever' })
    const error = await settle(reasonOf(rest.media.upload(ann, SMALL, { timeout: 3000 })))
    expect(error).toMatchObject({ situation: 'no_answer' })
  }))
