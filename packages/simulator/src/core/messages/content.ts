import { groupOf } from '../places/groups.js'
import type { Peer } from '../places/state.js'
import { isFetchable } from '../rules/fetchable.js'
import type { Scene } from '../rules/scene.js'
import type { MessagesWorld } from './state.js'

/** Text as it is escaped on the wire of guilds (§5.12). */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Unescapes text from the wire of guilds. */
const unescapeHtml = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** Mentions of people, in both forms (§5.12). */
const MENTION = /<@!?([^>\s]{1,64})>|<qqbot-at-user\s+id="([^"]{1,64})"\s*\/>/g

/** Name of a person by the id that mentions use. */
const nameOf = (world: MessagesWorld, peer: Peer, id: string): string | undefined =>
  peer.scene === 'group' ? groupOf(world, peer).known.get(id) : peer.id === id ? peer.name : undefined

/**
 * Plain text of C2C or a group as people see it: mentions stay markup, unless the live switch says otherwise (§5.12).
 */
const withMentions = (world: MessagesWorld, peer: Peer, text: string): string => {
  if (world.live.mentionInText === 'shown_as_text') return text
  return text.replaceAll(MENTION, (whole, plain: string | undefined, tag: string | undefined) => {
    const name = nameOf(world, peer, plain ?? tag ?? '')
    return name === undefined ? whole : `@${name}`
  })
}

type Body = Readonly<Record<string, unknown>>

/** `msg_type` of markdown (§5.2). */
const MARKDOWN = 2

const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

/** At most 5 rows of 5 buttons (§5.3). */
const keyboardCode = (keyboard: unknown): number | null => {
  if (keyboard === undefined || keyboard === null) return null
  if (!isRecord(keyboard)) return 12002
  const { content } = keyboard
  if (content === undefined) return null
  if (!isRecord(content) || !Array.isArray(content['rows'])) return 12002
  const rows = content['rows'] as readonly unknown[]
  const fits =
    rows.length <= 5 &&
    rows.every((row) => isRecord(row) && Array.isArray(row['buttons']) && row['buttons'].length <= 5)
  return fits ? null : 40034029
}

const markdownCode = (markdown: unknown): number | null => {
  if (!isRecord(markdown)) return 40034011
  const native = isText(markdown['content'])
  const template = markdown['template_id'] !== undefined || markdown['custom_template_id'] !== undefined
  if (native && template) return 50057
  return native || template ? null : 40034011
}

const mediaCode = (world: MessagesWorld, scene: Scene, bot: string, media: unknown): number | null => {
  if (!isRecord(media) || !isText(media['file_info'])) return 22006
  const file = world.files.get(media['file_info'])
  // Files of C2C and group uploads are not interchangeable (§5.5).
  return file && file.bot === bot && file.scene === scene && file.expiresAt >= world.now ? null : 304080
}

/** The code that refuses the body of a C2C or group send, or `null` (§5.2). */
export const userContentCode = (
  world: MessagesWorld,
  scene: 'c2c' | 'group',
  bot: string,
  body: Body,
): number | null => {
  const kind = body['msg_type'] ?? 0
  const keyboard = keyboardCode(body['keyboard'])
  if (keyboard !== null) return keyboard
  switch (kind) {
    case 0:
      return isText(body['content'])
        ? null
        : isRecord(body['markdown']) || isRecord(body['media'])
          ? 22006
          : 50006
    case MARKDOWN:
      if (world.live.contentBesideMarkdown === 'refuse' && isText(body['content'])) return 22006
      return markdownCode(body['markdown'])
    case 3:
      return isRecord(body['ark']) ? null : 22006
    case 6:
      return scene === 'c2c' && isRecord(body['input_notify']) ? null : 22006
    case 7:
      return mediaCode(world, scene, bot, body['media'])
    default:
      return 340069
  }
}

/** The code that refuses the body of a channel or DM send, or `null` (§5.10). */
export const guildContentCode = (body: Body): number | null => {
  const fields = ['content', 'embed', 'ark', 'image', 'file_image', 'markdown'] as const
  if (!fields.some((field) => isText(body[field]) || isRecord(body[field]))) return 50006
  // The code of a guild for an unreachable address is not documented; this one fits by meaning (§2.8).
  if (body['image'] !== undefined && !isFetchable(body['image'])) return 304021
  if (body['markdown'] === undefined) return keyboardCode(body['keyboard'])
  const others = fields
    .filter((field) => field !== 'markdown' && field !== 'file_image')
    .some((field) => isText(body[field]) || isRecord(body[field]))
  return others ? 50037 : (markdownCode(body['markdown']) ?? keyboardCode(body['keyboard']))
}

/** A message as people see it, in one line; escapes of guilds are removed (§5.12). */
export const visibleText = (world: MessagesWorld, peer: Peer, body: Body): string => {
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  // Text beside markdown is not shown (§5.2).
  const text = !guild && body['msg_type'] === MARKDOWN ? undefined : body['content']
  if (isText(text)) return guild ? unescapeHtml(text) : withMentions(world, peer, text)
  if (isRecord(body['markdown']) && isText(body['markdown']['content'])) return body['markdown']['content']
  if (body['markdown'] !== undefined) return '[markdown]'
  if (body['media'] !== undefined || body['image'] !== undefined || body['file_image'] !== undefined)
    return '[media]'
  if (body['ark'] !== undefined) return '[ark]'
  if (body['embed'] !== undefined) return '[embed]'
  if (body['setting_guide'] !== undefined) return '[setting guide]'
  return ''
}
