import { createHash } from 'node:crypto'

import { expect } from 'vitest'

import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import { pathTo, reply, send, SENT } from './calls.js'
import type { Play } from './play.js'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

interface Part {
  readonly presigned_url: string
}

/** Prepares a chunked upload of one part; returns its id and the address of the part. */
const prepareUpload = async (stage: FaultStage): Promise<{ readonly id: string; readonly url: string }> => {
  const { json } = await stage.post(`${pathTo(stage)}/upload_prepare`, {
    file_type: 2,
    file_name: 'v.mp4',
    file_size: '4',
    md5: md5('film'),
    sha1: createHash('sha1').update('film').digest('hex'),
    md5_10m: md5('film'),
  })
  const { upload_id: id, parts } = json as unknown as {
    readonly upload_id: string
    readonly parts: readonly Part[]
  }
  return { id, url: parts[0]?.presigned_url ?? '' }
}

const putPart = async ({ client }: FaultStage, url: string): Promise<WireAnswer> =>
  client.call(url, { method: 'PUT', body: 'film' })

/** Anchors, content and media. */
export const contentPlays: Readonly<Record<string, Play>> = {
  'anchor-expired': async (stage) => {
    expect(await send(stage)).toMatchObject(SENT)
    expect(await reply(stage)).toMatchObject({ status: 400, json: { err_code: 40034005 } })
    expect(await reply(stage)).toMatchObject(SENT)
  },
  'reply-count-exceeded': async (stage) => {
    expect(await send(stage)).toMatchObject(SENT)
    expect(await reply(stage)).toMatchObject({ status: 400, json: { err_code: 40034128 } })
    expect(await reply(stage)).toMatchObject(SENT)
  },
  'proactive-refused': async (stage) => {
    expect(await reply(stage)).toMatchObject(SENT)
    expect(await send(stage)).toMatchObject({ status: 400, json: { err_code: 40034105 } })
    expect(await send(stage)).toMatchObject(SENT)
  },
  'markdown-refused': async (stage) => {
    const markdown = { msg_type: 2, content: undefined, markdown: { content: '# hi' } }
    expect(await send(stage)).toMatchObject(SENT)
    expect(await send(stage, markdown)).toMatchObject({ status: 400, json: { err_code: 50056 } })
    expect(await send(stage, markdown)).toMatchObject(SENT)
  },
  'media-not-fetchable': async (stage) => {
    const upload = async (source: object) => stage.post(`${pathTo(stage)}/files`, { file_type: 1, ...source })
    expect((await upload({ file_data: 'QUJD' })).status).toBe(200)
    const url = { url: 'https://example.test/a.png' }
    expect(await upload(url)).toMatchObject({ status: 400, json: { code: 850026, err_code: 40034001 } })
    expect((await upload(url)).status).toBe(200)
  },
  'part-failed': async (stage) => {
    const { url } = await prepareUpload(stage)
    expect((await putPart(stage, url)).status).toBe(500)
    expect((await putPart(stage, url)).status).toBe(200)
  },
  'part-finish-retry': async (stage) => {
    const { id, url } = await prepareUpload(stage)
    await putPart(stage, url)
    const finish = async () =>
      stage.post(`${pathTo(stage)}/upload_part_finish`, {
        upload_id: id,
        part_index: 0,
        block_size: '4',
        md5: md5('film'),
      })
    expect((await finish()).json).toMatchObject({ err_code: 40093001 })
    expect(await finish()).toMatchObject({ status: 200, text: '{}' })
  },
}
