import { putBounded } from '../bounded-map.js'
import { ok, refuse, type Answer } from '../http/answers.js'
import { baseFor } from '../http/base.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { storeSent } from '../messages/store.js'
import { quotaCode, spendQuota } from '../messages/quota.js'
import { findPeer } from '../people/peers.js'
import { drawHex, drawUuid } from '../random.js'
import type { Peer, World } from '../world.js'

type MediaScene = 'c2c' | 'group'

/** No file is larger than this, in bytes (§5.5). */
export const HARD_LIMIT: number = 200 * 1_048_576

/** How long a `file_info` can be used, in s (§5.5 example). */
const TTL = 300

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

const stored = (
  world: World,
  context: CallContext,
  scene: MediaScene,
  fileType: number,
  extra: object,
): object => {
  const fileInfo = Buffer.from(drawHex(world.random, 48)).toString('base64')
  const file = { fileInfo, bot: context.bot.appId, scene, fileType, expiresAt: world.now + TTL * 1000 }
  putBounded(world.files, fileInfo, file, world.settings.memory)
  return { file_uuid: drawUuid(world.random), file_info: fileInfo, ttl: TTL, ...extra }
}

/** Why the source of an upload is refused, or `null`. */
const sourceCode = (body: CallContext['body']): number | null => {
  const { url, file_data: data } = body
  if (url !== undefined) return typeof url === 'string' && /^https?:\/\/[^/]+/.test(url) ? null : 850026
  if (typeof data !== 'string' || !BASE64.test(data)) return 850019
  return (data.length / 4) * 3 > HARD_LIMIT ? 850031 : null
}

const sendAtOnce = (world: World, context: CallContext, peer: Peer, file: object): Answer => {
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

const upload = (world: World, context: CallContext, scene: MediaScene): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, scene, params[0] ?? '')
  if (!peer?.present) return refuse(world, scene === 'c2c' ? 40054004 : 40034101)
  const parts = typeof body['upload_id'] === 'string' ? world.uploads.get(body['upload_id']) : undefined
  if (body['upload_id'] !== undefined) {
    if (!parts || parts.bot !== bot.appId || parts.scene !== scene) return refuse(world, 40093001)
    if (![...parts.parts.values()].every(({ finished }) => finished)) return refuse(world, 40093001)
    world.uploads.delete(parts.id)
  } else {
    const code = sourceCode(body)
    if (code !== null) return refuse(world, code)
  }
  const fileType = parts?.fileType ?? Number(body['file_type'])
  if (![1, 2, 3, 4].includes(fileType)) return refuse(world, 850019)
  const raw =
    parts && fileType < 4 ? { raw_url: `${baseFor(world, context.request).http}/_cos/${parts.id}` } : {}
  const file = stored(world, context, scene, fileType, raw)
  return body['srv_send_msg'] === true ? sendAtOnce(world, context, peer, file) : ok(file)
}

/** `POST …/files` (§5.5). */
export const uploadHandlers: Readonly<Record<MediaScene, Handler>> = {
  c2c: (world, context) => upload(world, context, 'c2c'),
  group: (world, context) => upload(world, context, 'group'),
}
