import type { Interceptor } from '@qqkit/rest'

import { cleanText } from '../events/clean-text.js'
import { fields, type Fields, text, textOrNull } from '../events/fields.js'
import type { Attachment, Author, Scene, Target } from '../events/message.js'

/** A message that may be quoted later: plain data. */
export interface RememberedMessage {
  /** `null` for messages of this bot. */
  readonly author: Author | null
  /** Without mentions; empty for a message without text. */
  readonly text: string
  /** Their addresses may have expired; always empty for messages of this bot. */
  readonly attachments: readonly Attachment[]
  /** Wall time in ms since 1970. */
  readonly at: number
}

/** The call that sends a message in a scene, or the chunk of one that grows (§5.2, §5.4, §5.10). */
const CALLS: Readonly<Record<string, Scene>> = {
  '/v2/users/{user_openid}/messages': 'c2c',
  '/v2/users/{user_openid}/stream_messages': 'c2c',
  '/v2/groups/{group_openid}/messages': 'group',
  '/channels/{channel_id}/messages': 'channel',
  '/dms/{guild_id}/messages': 'dm',
}

/** The place in a path, by the position of the parameter in its route. */
const placeIn = (path: string, route: string): string => {
  const at = route.split('/').findIndex((part) => part.startsWith('{'))
  return decodeURIComponent(path.split('?', 1)[0]?.split('/')[at] ?? '')
}

/** By what a sent message is quoted: its index in private chats and groups, its id in guilds (§5.2). */
const referenceIn = (scene: Scene, answer: Fields): string | null =>
  scene === 'c2c' || scene === 'group' ? textOrNull(fields(answer.ext_info).ref_idx) : textOrNull(answer.id)

/** `input_state` of the last chunk of a growing message (§5.4). */
const FINISHED = 10

/** Of a growing message only the last chunk counts, if it has the whole text. */
const isWhole = ({ input_state: state, input_mode: mode }: Fields): boolean =>
  state === undefined || (state === FINISHED && mode === 'replace')

const textOf = (body: Fields): string =>
  text(fields(body.markdown).content) || text(body.content_raw) || text(body.content)

/** Watches the calls of an HTTP client, and tells each message that was sent and can be quoted. Changes none of them. */
export const watchSent =
  (onSent: (target: Target, reference: string, text: string) => void): Interceptor =>
  async (call, next) => {
    const answer = await next(call)
    const scene = call.method === 'POST' ? CALLS[call.route] : undefined
    const body = fields(call.body)
    if (scene === undefined || !isWhole(body)) return answer
    const reference = referenceIn(scene, fields(answer.body))
    // In guilds the text of a message is escaped (§5.12).
    const escaped = scene === 'channel' || scene === 'dm'
    if (reference !== null)
      onSent({ scene, id: placeIn(call.path, call.route) }, reference, cleanText(textOf(body), { escaped }))
    return answer
  }
