import { createHash } from 'node:crypto'

import { type Answer, empty, ok, refuse } from '../http/answers.js'
import { baseFor } from '../http/base-url.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numberIn, textIn } from '../http/scalars.js'
import { putBounded } from '../kernel/bounded-map.js'
import type { HttpRequest } from '../kernel/input.js'
import { drawHex } from '../kernel/random.js'
import { bytesOf } from '../messages/contents.js'
import { findPeer } from '../places/peers.js'
import { appendPart, emptyFile, type MediaWorld, type Upload, type UploadPart } from './state.js'
import { HARD_LIMIT, overQuota, spendUpload } from './upload.js'

type MediaScene = 'c2c' | 'group'

const sizeOf = (value: unknown): number | null => {
  const size = numberIn(value)
  return Number.isInteger(size) && size > 0 ? size : null
}

const isHex = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length === length && /^[0-9a-f]+$/i.test(value)

/** The upload address of a part. Its signature replaces the object storage's own (§5.5). */
const presignedUrl = (base: string, upload: Upload, index: number): string =>
  `${base}/_cos/${upload.id}/${index}?sign=${upload.sign}`

const prepare = (
  world: MediaWorld,
  { bot, params, body, request }: CallContext,
  scene: MediaScene,
): Answer => {
  const peer = findPeer(world, bot.appId, scene, params[0] ?? '')
  if (!peer?.present) return refuse(world, scene === 'c2c' ? 40054004 : 40034101)
  // Text only: a number was refused live, although clients send one (§5.5).
  const size = typeof body['file_size'] === 'string' ? sizeOf(body['file_size']) : null
  const fileType = numberIn(body['file_type'])
  // 850012: a wrong field of the preparation (§2.8).
  if (size === null || ![1, 2, 3, 4].includes(fileType)) return refuse(world, 850012)
  if (size > HARD_LIMIT) return refuse(world, 850031)
  const { md5, sha1, md5_10m: head } = body
  if (!isHex(md5, 32) || !isHex(sha1, 40) || !isHex(head, 32)) return refuse(world, 850012)
  if (overQuota(world, bot)) return refuse(world, 40093002)
  spendUpload(world, bot)
  const upload: Upload = {
    id: `upload_${drawHex(world.random, 24)}`,
    sign: drawHex(world.random, 24),
    bot: bot.appId,
    scene,
    fileType,
    size,
    blockSize: world.settings.uploadBlockSize,
    parts: new Map(),
    announced: { md5: md5.toLowerCase(), sha1: sha1.toLowerCase(), md5_10m: head.toLowerCase() },
    whole: emptyFile(),
    name: textIn(body['file_name']),
    kept: [],
  }
  const { firstPartIndex: base, uploads } = world.settings
  // CONFLICT: text in the docs, number in clients (§5.5).
  const sized = (bytes: number): string | number => (uploads.sizes === 'text' ? String(bytes) : bytes)
  const count = Math.ceil(size / upload.blockSize)
  const parts = Array.from({ length: count }, (_, number) => {
    const expected = Math.min(upload.blockSize, size - number * upload.blockSize)
    upload.parts.set(base + number, { expected, bytes: null, md5: '', finished: false })
    return {
      index: base + number,
      presigned_url: presignedUrl(baseFor(world, request).http, upload, base + number),
      block_size: sized(expected),
    }
  })
  putBounded(world.uploads, upload.id, upload, world.settings.memory)
  const config = {
    concurrency: uploads.concurrency,
    retry_timeout: uploads.retryTimeout,
    retry_delay: uploads.retryDelay,
  }
  return ok({
    upload_id: upload.id,
    block_size: sized(upload.blockSize),
    parts,
    // CONFLICT: in the docs within `upload_config`, in a client at the top (§5.5).
    ...(uploads.config === 'nested' ? { upload_config: config } : config),
  })
}

/** Hashes the finished parts from the front. */
const hashFinal = (world: MediaWorld, { parts, whole, size, kept }: Upload): void => {
  for (;;) {
    const part = parts.get(world.settings.firstPartIndex + whole.parts)
    if (!part?.finished || !part.bytes) return
    appendPart(whole, part.bytes)
    if (size <= world.settings.memorySize) kept.push(part.bytes)
    part.bytes = null
  }
}

const isAsAnnounced = (part: UploadPart, body: CallContext['body']): boolean =>
  part.md5 !== '' && sizeOf(body['block_size']) === part.expected && body['md5'] === part.md5

const finish = (world: MediaWorld, { bot, body }: CallContext): Answer => {
  const upload = world.uploads.get(textIn(body['upload_id']))
  const part = upload?.parts.get(numberIn(body['part_index']))
  if (!upload || upload.bot !== bot.appId || !part) return refuse(world, 40093001)
  if (!isAsAnnounced(part, body)) return refuse(world, 40093001)
  part.finished = true
  hashFinal(world, upload)
  return ok({})
}

/** `POST …/upload_prepare` (§5.5). */
export const prepareHandlers: Readonly<Record<MediaScene, Handler<MediaWorld>>> = {
  c2c: (world, context) => prepare(world, context, 'c2c'),
  group: (world, context) => prepare(world, context, 'group'),
}

/** `POST …/upload_part_finish` (§5.5). */
export const finishPart: Handler<MediaWorld> = (world, context) => finish(world, context)

/** Whether a path belongs to the object storage and not to the API. */
export const isStoragePath = (path: string): boolean => path.startsWith('/_cos/')

/** `GET` of a kept file, as a bot downloads an attachment: without an Authorization header. */
export const getContent = (world: MediaWorld, request: HttpRequest): Answer => {
  const content = world.contents.get(request.path.split('/')[2] ?? '')
  if (!content) return { status: 404, raw: '<Error><Code>NoSuchKey</Code></Error>', type: 'application/xml' }
  return { status: 200, raw: bytesOf(content), type: content.type ?? 'application/octet-stream' }
}

/** `PUT` of the bytes of a part. The object storage checks its own signature and takes no Authorization header. */
export const putPart = (world: MediaWorld, request: HttpRequest): Answer => {
  const [, , id = '', index = ''] = request.path.split('/')
  const upload = world.uploads.get(id)
  const part = upload?.parts.get(Number(index))
  const refused = { status: 403, raw: '<Error><Code>AccessDenied</Code></Error>', type: 'application/xml' }
  if (request.method !== 'PUT' || request.headers['authorization'] !== undefined) return refused
  if (!upload || !part || new URLSearchParams(request.query).get('sign') !== upload.sign) return refused
  if (request.tooLarge || request.body.length !== part.expected) {
    return { status: 400, raw: '<Error><Code>IncompleteBody</Code></Error>', type: 'application/xml' }
  }
  // A finished part cannot be changed.
  if (!part.finished) part.bytes = request.body
  part.md5 = createHash('md5').update(request.body).digest('hex')
  return empty(200)
}
