import type { MessageEntry } from '../../core/kernel/log-entry.js'
import type { PageButton, PageMessage } from '../contract/wire.js'
import type { UploadedMedia } from './uploaded-media.js'
import { type Fields, fieldsOf, listOf, textOf } from './wire-objects.js'

/** Most rows of a keyboard, and most buttons of a row (§5.3). */
const SIDE = 5

/** The kind of a button by `action.type` (§5.3); unsupported kinds open nothing. */
const kindOf = (type: unknown): PageButton['kind'] =>
  type === 1 ? 'callback' : type === 2 ? 'command' : 'link'

const buttonOf = (value: unknown): PageButton => {
  const button = fieldsOf(value)
  const looks = fieldsOf(button['render_data'])
  const action = fieldsOf(button['action'])
  return {
    // A press finds its button by any of these.
    id: textOf(button['id']) || textOf(action['data']) || textOf(looks['label']),
    label: textOf(looks['label']) || '…',
    visitedLabel: textOf(looks['visited_label']),
    style: typeof looks['style'] === 'number' ? looks['style'] : 0,
    kind: kindOf(action['type']),
    data: textOf(action['data']),
    enter: action['enter'] === true,
  }
}

const rowsOf = (keyboard: unknown): PageButton[][] =>
  listOf(fieldsOf(fieldsOf(keyboard)['content'])['rows'])
    .slice(0, SIDE)
    .map((row) => listOf(fieldsOf(row)['buttons']).slice(0, SIDE).map(buttonOf))
    .filter((row) => row.length > 0)

/** The buttons of a message, row by row; suggestions come last (§5.2). */
const keyboardOf = (payload: Fields): PageButton[][] => [
  ...rowsOf(payload['keyboard']),
  ...rowsOf(fieldsOf(payload['prompt_keyboard'])['keyboard']),
]

/** Facts from other messages: names by id, media, and messages that can be quoted. */
export interface Known {
  /** Name of a person by the id that mentions use. */
  name(id: string): string | undefined
  /** A file that was uploaded, by its `file_info`. */
  media(fileInfo: string): UploadedMedia | undefined
  /** A message by its id or reference index. */
  quoted(id: string): { readonly author: string; readonly text: string } | undefined
}

/** Fields of messages that the page cannot draw (§5.2). */
const undrawnFields = ['ark', 'embed'] as const

/** Replaces mentions by names (§5.12). */
const withNames = (text: string, known: Known): string =>
  text.replaceAll(
    /<@!?([^>\s]{1,64})>|<qqbot-at-user\s+id="([^"]{1,64})"\s*\/>/g,
    (whole, plain: string | undefined, tag: string | undefined) => {
      const name = known.name(plain ?? tag ?? '')
      return name === undefined ? whole : `@${name}`
    },
  )

const messageStates: Readonly<Record<MessageEntry['change'], PageMessage['state']>> = {
  sent: 'sent',
  edited: 'sent',
  audit: 'held',
  streaming: 'growing',
  streamed: 'sent',
  unfinished: 'unfinished',
  recalled: 'recalled',
}

const isStreamed = (change: MessageEntry['change']): boolean =>
  change === 'streaming' || change === 'streamed' || change === 'unfinished'

/** The payload of a streamed message has one chunk; the log has the whole text (§5.4). */
const markdownOf = ({ content, change }: MessageEntry, payload: Fields): string | null => {
  if (isStreamed(change))
    return payload['content_type'] === 'markdown' || payload['markdown'] !== undefined ? content : null
  const native = fieldsOf(payload['markdown'])['content']
  return typeof native === 'string' ? native : null
}

const mediaOf = (payload: Fields, known: Known): UploadedMedia | null => {
  const fileInfo = textOf(fieldsOf(payload['media'])['file_info'])
  if (fileInfo === '') return null
  return known.media(fileInfo) ?? { fileInfo, image: null, kind: 'media' }
}

const imagesOf = (entry: MessageEntry, payload: Fields): string[] => {
  const attached = listOf(payload['attachments'])
    .map(fieldsOf)
    .filter((attachment) => textOf(attachment['content_type']).startsWith('image'))
    .map((attachment) => textOf(attachment['url']))
  return entry.direction === 'out' ? [textOf(payload['image']), ...attached].filter(Boolean) : attached
}

const quoteOf = (payload: Fields, known: Known): PageMessage['quote'] => {
  const direct = textOf(fieldsOf(payload['message_reference'])['message_id'])
  const indexed = listOf(fieldsOf(payload['message_scene'])['ext'])
    .map(textOf)
    .find((each) => each.startsWith('ref_msg_idx='))
    ?.slice('ref_msg_idx='.length)
  const id = direct || indexed
  return id ? (known.quoted(id) ?? { author: '', text: '…' }) : null
}

const otherOf = (payload: Fields, media: UploadedMedia | null): string | null => {
  if (media && media.image === null) return media.kind
  const markdown = fieldsOf(payload['markdown'])
  if (markdown['custom_template_id'] !== undefined || markdown['template_id'] !== undefined)
    return 'markdown template'
  return undrawnFields.find((name) => payload[name] !== undefined && payload[name] !== null) ?? null
}

/**
 * The text of a bubble. In C2C and groups the log already shows a bot's text as people see it; elsewhere mentions are
 * replaced here.
 */
const textOfBubble = ({ direction, scene, content }: MessageEntry, known: Known): string =>
  direction === 'out' && (scene === 'c2c' || scene === 'group') ? content : withNames(content, known)

/** A message in the form that the page draws. */
export const chatMessage = (entry: MessageEntry, known: Known): PageMessage => {
  const payload = fieldsOf(entry.payload)
  const bot = entry.direction === 'out'
  const markdown = bot ? markdownOf(entry, payload) : null
  const media = bot ? mediaOf(payload, known) : null
  // The log's placeholders such as `[media]` are drawn in another way.
  const wordless = bot && !isStreamed(entry.change) && textOf(payload['content']).trim() === ''
  return {
    id: entry.id,
    room: `${entry.scene}:${entry.peer}`,
    order: entry.n,
    at: entry.at,
    from: bot ? 'bot' : 'person',
    author: entry.author,
    text: markdown === null ? (wordless ? '' : textOfBubble(entry, known)) : '',
    markdown: markdown === null ? null : withNames(markdown, known),
    images: [...imagesOf(entry, payload), ...(media?.image ? [media.image] : [])],
    other: bot ? otherOf(payload, media) : null,
    buttons: bot ? keyboardOf(payload) : [],
    proactive: bot && entry.replyTo === null,
    quote: quoteOf(payload, known),
    state: messageStates[entry.change],
  }
}
