import type { MessageEntry, MessageFile } from '../../core/kernel/log-entry.js'
import type { PageButton, PageCard, PageFile, PageMessage } from '../contract/wire.js'
import { type Fields, fieldsOf, listOf, textOf } from '../../runtime/wire-objects.js'

/** Most rows of a keyboard, and most buttons of a row (§5.3). */
const SIDE = 5

/** The kind of a button by `action.type` (§5.3). */
const buttonKinds = ['link', 'callback', 'command'] as const

/** The people of a permission, by its number (§5.3). */
const permissions = ['listed', 'admins', 'everyone', 'roles'] as const

const modalOf = (value: unknown): PageButton['modal'] => {
  const modal = fieldsOf(value)
  const content = textOf(modal['content'])
  return content === ''
    ? null
    : { content, confirm: textOf(modal['confirm_text']), cancel: textOf(modal['cancel_text']) }
}

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
    kind: buttonKinds[Number(action['type'] ?? 0)] ?? 'other',
    data: textOf(action['data']),
    enter: action['enter'] === true,
    reply: action['reply'] === true,
    group: textOf(button['group_id']),
    permission: permissions[Number(fieldsOf(action['permission'])['type'] ?? 2)] ?? 'everyone',
    modal: modalOf(action['modal']),
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

/** Facts from other messages: names by id, and messages that can be quoted. */
export interface Known {
  /** Name of a person by the id that mentions use. */
  name(id: string): string | undefined
  /** A message by its id or reference index. */
  quoted(id: string): { readonly id: string; readonly author: string; readonly text: string } | undefined
}

/** Mentions of people, in both forms (§5.12). */
const MENTION = /<@!?([^>\s]{1,64})>|<qqbot-at-user\s+id="([^"]{1,64})"\s*\/>/g

/** Names of the known people that a text mentions, by id. */
const namesIn = (text: string, known: Known): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(MENTION)].flatMap(([, plain, tag]) => {
      const id = plain ?? tag ?? ''
      const name = known.name(id)
      return name === undefined ? [] : [[id, name]]
    }),
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

/** A file, with its address on the page's server. */
const fileOf = ({ kind, name, type, size, url, content }: MessageFile): PageFile => ({
  kind,
  name,
  type,
  size,
  own: content === null ? null : `/_sim/media/${content}`,
  url: content === null ? url : null,
})

const embedOf = (embed: Fields): PageCard => ({
  kind: 'embed',
  template: '',
  title: textOf(embed['title']) || textOf(embed['prompt']),
  text: '',
  image: textOf(fieldsOf(embed['thumbnail'])['url']) || null,
  link: null,
  lines: listOf(embed['fields']).map((field) => ({ text: textOf(fieldsOf(field)['name']), link: null })),
})

const lineOf = (object: unknown): PageCard['lines'][number] => {
  const pairs = listOf(fieldsOf(object)['obj_kv']).map(fieldsOf)
  const valueOf = (key: string): string => textOf(pairs.find((pair) => pair['key'] === key)?.['value'])
  return { text: valueOf('desc'), link: valueOf('link') || null }
}

/** The keys of the three templates mean the same under different names (§5.3). */
const arkOf = (ark: Fields): PageCard => {
  const pairs = listOf(ark['kv']).map(fieldsOf)
  const first = (...keys: readonly string[]): string =>
    keys.map((key) => textOf(pairs.find((pair) => pair['key'] === key)?.['value'])).find(Boolean) ?? ''
  return {
    kind: 'ark',
    template: textOf(ark['template_id']),
    title: first('#TITLE#', '#METATITLE#', '#DESC#', '#PROMPT#'),
    text: first('#METADESC#', '#METASUBTITLE#', '#SUBTITLE#'),
    image: first('#IMG#', '#METACOVER#') || null,
    link: first('#LINK#', '#METAURL#') || null,
    lines: pairs.flatMap((pair) => listOf(pair['obj'])).map(lineOf),
  }
}

const cardOf = (payload: Fields): PageCard | null => {
  if (payload['embed'] !== undefined && payload['embed'] !== null) return embedOf(fieldsOf(payload['embed']))
  return payload['ark'] === undefined || payload['ark'] === null ? null : arkOf(fieldsOf(payload['ark']))
}

const quoteOf = (payload: Fields, known: Known): PageMessage['quote'] => {
  const direct = textOf(fieldsOf(payload['message_reference'])['message_id'])
  const indexed = listOf(fieldsOf(payload['message_scene'])['ext'])
    .map(textOf)
    .find((each) => each.startsWith('ref_msg_idx='))
    ?.slice('ref_msg_idx='.length)
  const id = direct || indexed
  return id ? (known.quoted(id) ?? { id: null, author: '', text: '…' }) : null
}

const otherOf = (payload: Fields, { files }: MessageEntry): string | null => {
  const markdown = fieldsOf(payload['markdown'])
  if (markdown['custom_template_id'] !== undefined || markdown['template_id'] !== undefined)
    return 'markdown template'
  return payload['media'] !== undefined && files.length === 0 ? 'media' : null
}

/** A message in the form that the page draws, except for its reactions. */
export const chatMessage = (entry: MessageEntry, room: string, known: Known): PageMessage => {
  const payload = fieldsOf(entry.payload)
  const bot = entry.direction === 'out'
  const markdown = bot ? markdownOf(entry, payload) : null
  // The log's placeholders such as `[media]` are drawn in another way.
  const wordless = bot && !isStreamed(entry.change) && textOf(payload['content']).trim() === ''
  // In C2C and groups the log already shows a bot's text as people see it; a mention there is plain text (§5.12).
  const asSeen = bot && (entry.scene === 'c2c' || entry.scene === 'group') && markdown === null
  return {
    id: entry.id,
    room,
    order: entry.n,
    at: entry.at,
    from: bot ? 'bot' : 'person',
    author: entry.author,
    text: markdown === null && !wordless ? entry.content : '',
    markdown,
    names: asSeen ? {} : namesIn(markdown ?? entry.content, known),
    files: entry.files.map(fileOf),
    card: bot ? cardOf(payload) : null,
    other: bot ? otherOf(payload, entry) : null,
    buttons: bot ? keyboardOf(payload) : [],
    proactive: bot && entry.replyTo === null,
    quote: quoteOf(payload, known),
    reactions: [],
    state: messageStates[entry.change],
  }
}
