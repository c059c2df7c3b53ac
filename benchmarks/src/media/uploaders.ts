import { Rest } from '@qqkit/rest'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Agent, request, type Dispatcher } from 'undici'

/** Uploads a file by its path. */
export type Uploader = (path: string) => Promise<unknown>

const OPENID = 'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1'
const STREAM = { highWaterMark: 128 * 1024 } as const
const HEAD = 10_002_432

const hashesOf = async (path: string): Promise<Record<string, string>> => {
  const [md5, sha1, head] = [createHash('md5'), createHash('sha1'), createHash('md5')]
  let left = HEAD
  for await (const chunk of createReadStream(path, STREAM) as AsyncIterable<Buffer>) {
    if (left > 0) head.update(chunk.subarray(0, left))
    left -= chunk.length
    md5.update(chunk)
    sha1.update(chunk)
  }
  return { md5: md5.digest('hex'), sha1: sha1.digest('hex'), md5_10m: head.digest('hex') }
}

interface Plan {
  readonly upload_id: string
  readonly block_size: string
  readonly parts: readonly { readonly index: number; readonly presigned_url: string }[]
  readonly upload_config: { readonly concurrency: number }
}

/** The floor of an upload in parts: hash, prepare, put, finish, merge; without checks or retries. */
const bare = (base: string): Uploader => {
  const dispatcher = new Agent({ connections: 8 })
  const headers = { authorization: 'QQBot AT_bench', 'content-type': 'application/json' }
  const call = async (name: string, body: unknown): Promise<unknown> => {
    const url = `${base}/v2/users/${OPENID}/${name}`
    const answer = await request(url, { method: 'POST', dispatcher, headers, body: JSON.stringify(body) })
    return answer.body.json()
  }
  return async (path) => {
    const { size } = await stat(path)
    const hashes = await hashesOf(path)
    const plan = (await call('upload_prepare', {
      file_type: 4,
      file_name: 'a',
      file_size: size,
      ...hashes,
    })) as Plan
    const block = Number(plan.block_size)
    const left = plan.parts.values()
    const lane = async (): Promise<void> => {
      for (const { index, presigned_url: url } of left) {
        const length = Math.min(block, size - index * block)
        const body = createReadStream(path, {
          ...STREAM,
          start: index * block,
          end: index * block + length - 1,
        })
        const md5 = createHash('md5')
        body.on('data', (chunk) => md5.update(chunk))
        const put: Dispatcher.ResponseData = await request(url, {
          method: 'PUT',
          dispatcher,
          headers: { 'content-length': String(length) },
          body,
        })
        await put.body.dump()
        await call('upload_part_finish', {
          upload_id: plan.upload_id,
          part_index: index,
          block_size: length,
          md5: md5.digest('hex'),
        })
      }
    }
    await Promise.all(Array.from({ length: plan.upload_config.concurrency }, lane))
    return call('files', { upload_id: plan.upload_id, file_type: 4, srv_send_msg: false })
  }
}

/** The contenders; the first is the floor. */
export const uploaders: Readonly<Record<string, (base: string) => Uploader>> = {
  'bare undici': bare,
  '@qqkit/rest': (base) => {
    const rest = new Rest({ appId: '102000001', secret: 'tst-secret-0001', baseUrl: base, limits: false })
    return (path) => rest.media.upload({ scene: 'c2c', id: OPENID }, { path }, { fresh: true })
  },
}
