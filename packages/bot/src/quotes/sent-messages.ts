import type { Interceptor, RestCall } from '@qqkit/rest'

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

/** The call that recalls a message in a scene (§5.6). */
const RECALLS: Readonly<Record<string, Scene>> = {
  '/v2/users/{user_openid}/messages/{message_id}': 'c2c',
  '/v2/groups/{group_openid}/messages/{message_id}': 'group',
  '/channels/{channel_id}/messages/{message_id}': 'channel',
  '/dms/{guild_id}/messages/{message_id}': 'dm',
}

/** The parameters in a path, by their positions in its route: the place first, then the message. */
const parametersIn = ({ path, route }: RestCall): readonly string[] => {
  const parts = path.split('?', 1)[0]?.split('/') ?? []
  return route
    .split('/')
    .flatMap((part, at) => (part.startsWith('{') ? decodeURIComponent(parts[at] ?? '') : []))
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

/** Told of what a bot does to its messages. */
export interface SentMessages {
  /** A message that can be quoted was sent. `id` is by what it is recalled. */
  readonly onSent: (
    target: Target,
    message: { readonly id: string | null; readonly reference: string; readonly text: string },
  ) => void
  readonly onRecalled: (target: Target, id: string) => void
}

/** Watches the calls of an HTTP client, and tells what was sent and recalled. Changes none of them. */
export const watchSent =
  ({ onSent, onRecalled }: SentMessages): Interceptor =>
  async (call, next) => {
    const answer = await next(call)
    const recalled = call.method === 'DELETE' ? RECALLS[call.route] : undefined
    if (recalled !== undefined) {
      const [place = '', id = ''] = parametersIn(call)
      onRecalled({ scene: recalled, id: place }, id)
    }
    const scene = call.method === 'POST' ? CALLS[call.route] : undefined
    const body = fields(call.body)
    if (scene === undefined || !isWhole(body)) return answer
    const told = fields(answer.body)
    const reference = referenceIn(scene, told)
    if (reference === null) return answer
    const [place = ''] = parametersIn(call)
    // In guilds the text of a message is escaped (§5.12).
    const escaped = scene === 'channel' || scene === 'dm'
    const written = cleanText(textOf(body), { escaped })
    onSent({ scene, id: place }, { id: textOrNull(told.id), reference, text: written })
    return answer
  }
