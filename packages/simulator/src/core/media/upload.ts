import { isDeepStrictEqual } from 'node:util'

import type { Bot } from '../bot/state.js'
import { type Answer, ok, refuse, refuseInWords } from '../http/answers.js'
import { baseFor } from '../http/base-url.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numberIn, textIn } from '../http/scalars.js'
import { putBounded } from '../kernel/bounded-map.js'
import type { MessageFile } from '../kernel/log-entry.js'
import { countAgainst, firstExceeded } from '../kernel/meters.js'
import { drawHex, drawUuid } from '../kernel/random.js'
import { contentPath, keepContent, keptFile } from '../messages/contents.js'
import { quotaCode, spendQuota } from '../messages/quota.js'
import { storeSent } from '../messages/store.js'
import { findPeer } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { fileKinds } from '../rules/file-types.js'
import { isFetchable } from '../rules/fetchable.js'
import { DAY, type Limit } from '../rules/limits.js'
import { hashesOf, type MediaWorld, type Upload } from './state.js'

type MediaScene = 'c2c' | 'group'

/** Largest file, in bytes (§5.5). */
export const HARD_LIMIT: number = 200 * 1_048_576

/** The daily quota (§2.8). CONFLICT: clients get the code at the preparation, the docs list it here (§5.5). */
const quotaOf = (world: MediaWorld, bot: Bot): readonly (readonly [Limit, string])[] => {
  const { perDay } = world.settings.uploads
  return perDay === null ? [] : [[{ max: perDay, ms: DAY, code: 40093002 }, `uploads ${bot.appId}`]]
}

/** Whether a bot's daily quota is used up. */
export const overQuota = (world: MediaWorld, bot: Bot): boolean =>
  firstExceeded(world, quotaOf(world, bot)) !== null

/** Counts an upload against the daily quota. */
export const spendUpload = (world: MediaWorld, bot: Bot): void => countAgainst(world, quotaOf(world, bot))

const UNSUPPORTED = 850019
/** Live bots got 500 for a wrong format (§2.9); a malformed body is a plain 400. */
const malformed = { status: 400 }

/** `file_type` of files other than image, video and voice. */
const ANY_FILE = 4

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

const stored = (
  world: MediaWorld,
  context: CallContext,
  scene: MediaScene,
  fileType: number,
  file: MessageFile,
): object => {
  const fileInfo = Buffer.from(drawHex(world.random, 48)).toString('base64')
  const { ttl } = world.settings.uploads
  const expiresAt = ttl === 0 ? Number.POSITIVE_INFINITY : world.now + ttl * 1000
  const known = { fileInfo, bot: context.bot.appId, scene, fileType, expiresAt, file }
  putBounded(world.files, fileInfo, known, world.settings.memory)
  return { file_uuid: drawUuid(world.random), file_info: fileInfo, ttl }
}

/** Addresses whose ending names a page; other files are judged by their content (§5.5). */
const PAGE = /\.(?:php|aspx?|jsp|cgi|do|html?)$/i

const looksLikePage = (url: unknown): boolean =>
  typeof url === 'string' && URL.canParse(url) && PAGE.test(new URL(url).pathname)

/** The refusal of an upload by `file_data` in C2C, by the live switch (§5.5). No report names a code. */
const refuseFileData = (world: MediaWorld): Answer | null => {
  const { fileData } = world.live
  if (fileData === 'accept') return null
  return refuseInWords(world, 'file_data not supported', {
    status: fileData === 'refuse_c2c_400' ? 400 : 500,
  })
}

/** The answer that refuses the source of an upload, or `null`. */
const refuseSource = (world: MediaWorld, { body }: CallContext, scene: MediaScene): Answer | null => {
  const { url, file_data: data } = body
  if (url !== undefined) {
    if (looksLikePage(url) && numberIn(body['file_type']) !== ANY_FILE)
      return refuse(world, UNSUPPORTED, { status: 400, message: '富媒体文件格式不支持' })
    return isFetchable(url) ? null : refuse(world, 850026)
  }
  if (typeof data !== 'string' || !BASE64.test(data)) return refuse(world, UNSUPPORTED, malformed)
  if (scene === 'c2c') {
    const refused = refuseFileData(world)
    if (refused) return refused
  }
  return (data.length / 4) * 3 > HARD_LIMIT ? refuse(world, 850031) : null
}

const sendAtOnce = (world: MediaWorld, context: CallContext, peer: Peer, file: object): Answer => {
  // Counts as proactive (§6.4).
  const code = peer.accepts
    ? quotaCode(world, context.bot, peer, false)
    : peer.scene === 'c2c'
      ? 40054013
      : 40034105
  if (code !== null) return refuse(world, code)
  spendQuota(world, context.bot, peer, false)
  const message = storeSent(world, context.bot, peer, { msg_type: 7, media: file }, null)
  return ok({ ...file, id: message.id })
}

/** The uploaded file as messages show it. Bytes in base64 are kept as they came. */
const uploadedFile = (
  world: MediaWorld,
  body: CallContext['body'],
  fileType: number,
  parts: Upload | undefined,
): MessageFile => {
  const kind = fileKinds[fileType] ?? 'file'
  const name = textIn(body['file_name']) || (parts?.name ?? '')
  const url = textIn(body['url'])
  if (!parts && url !== '')
    return { kind, name: name || nameIn(url), type: null, size: null, url, content: null }
  const data = parts ? Buffer.concat(parts.kept) : textIn(body['file_data'])
  return keptFile(keepContent(world, data), { kind, name })
}

/** The name at the end of an address. */
const nameIn = (url: string): string =>
  URL.canParse(url) ? decoded(new URL(url).pathname.split('/').at(-1) ?? '') : ''

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const upload = (world: MediaWorld, context: CallContext, scene: MediaScene): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, scene, params[0] ?? '')
  if (!peer?.present) return refuse(world, scene === 'c2c' ? 40054004 : 40034101)
  const parts = typeof body['upload_id'] === 'string' ? world.uploads.get(body['upload_id']) : undefined
  if (body['upload_id'] !== undefined) {
    if (!parts || parts.bot !== bot.appId || parts.scene !== scene) return refuse(world, 40093001)
    if (![...parts.parts.values()].every(({ finished }) => finished)) return refuse(world, 40093001)
    if (!isDeepStrictEqual(hashesOf(parts.whole), parts.announced)) return refuse(world, 40093001)
    world.uploads.delete(parts.id)
  } else {
    const refused = refuseSource(world, context, scene)
    if (refused) return refused
    if (overQuota(world, bot)) return refuse(world, 40093002)
  }
  const fileType = parts?.fileType ?? numberIn(body['file_type'])
  if (![1, 2, 3, 4].includes(fileType)) return refuse(world, UNSUPPORTED, malformed)
  if (!parts) spendUpload(world, bot)
  const shown = uploadedFile(world, body, fileType, parts)
  const raw =
    parts && fileType < ANY_FILE
      ? { raw_url: `${baseFor(world, context.request).http}${contentPath(shown.content ?? parts.id, '')}` }
      : {}
  const file = { ...stored(world, context, scene, fileType, shown), ...raw }
  return body['srv_send_msg'] === true ? sendAtOnce(world, context, peer, file) : ok(file)
}

/** `POST …/files` (§5.5). */
export const uploadHandlers: Readonly<Record<MediaScene, Handler<MediaWorld>>> = {
  c2c: (world, context) => upload(world, context, 'c2c'),
  group: (world, context) => upload(world, context, 'group'),
}
