import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type {
  EventEntry,
  LogEntry,
  MessageEntry,
  MessageFile,
  PressEntry,
  ReactionEntry,
} from '../core/kernel/log-entry.js'
import type { SaidAttachment } from '../core/messages/state.js'
import { allScenes, type Scene } from '../core/rules/scene.js'
import { fieldsOf, listOf, textOf } from '../runtime/wire-objects.js'
import { isWhole, replyOf, type Reply } from './reply.js'

/** A reply of a recording; fields that are left out were not there, or not recorded. */
export interface RecordedReply {
  /** ms after the act. */
  readonly after: number
  /** Number of the turn after whose act it came, if that is a later turn than its own. */
  readonly since?: number
  readonly content?: string
  readonly buttons?: readonly string[]
  readonly media?: NonNullable<Reply['media']>
  readonly streamed?: true
  readonly proactive?: true
}

/** A file of a recorded message. */
export type RecordedFile = Pick<SaidAttachment, 'url' | 'content_type' | 'filename'> & {
  /** Its bytes as base64; left out for a file that the simulator does not keep, or that is larger than 256 KiB. */
  readonly data?: string
}

/** A message of a recording: what the person of a turn said, or a reply to it. */
export interface RecordedMessage {
  readonly turn: number
  readonly reply?: number
}

/** What people do besides messages, presses, reactions and recalls. */
export type RecordedHappening =
  | 'befriend'
  | 'unfriend'
  | 'join'
  | 'leave'
  | 'allow'
  | 'refuse'
  | 'addBot'
  | 'removeBot'

/** What a person did. */
export type RecordedAct =
  | {
      readonly kind: 'say'
      readonly text: string
      readonly mention?: false
      /** Groups: the bot hears all messages. */
      readonly hearsAll?: true
      readonly files?: readonly RecordedFile[]
      readonly quote?: RecordedMessage
    }
  | { readonly kind: 'press'; readonly button: string }
  | { readonly kind: 'react' | 'unreact'; readonly message: RecordedMessage; readonly emoji: string }
  | { readonly kind: 'recall'; readonly message: RecordedMessage }
  | { readonly kind: RecordedHappening }

/** What a person did, and the bot's replies to it. */
export interface RecordedTurn {
  readonly scene: Scene
  /** Name of the user, group, channel or DM partner. */
  readonly peer: string
  readonly person: string
  /** ms after the first turn. */
  readonly at: number
  readonly act: RecordedAct
  readonly replies: readonly RecordedReply[]
}

/** A recorded conversation, as plain data. */
export interface Recording {
  readonly version: 1
  readonly turns: readonly RecordedTurn[]
}

const text = v.string('give a text')
const ms = v.pipe(v.number('give ms'), v.finite('give ms'), v.minValue(0, 'give ms, at least 0'))
const yes = v.literal(true, 'give true, or leave it out')
const number = v.pipe(
  v.number('give a number'),
  v.integer('give a whole number'),
  v.minValue(0, 'give a number from 0'),
)

const happeningKinds = [
  'befriend',
  'unfriend',
  'join',
  'leave',
  'allow',
  'refuse',
  'addBot',
  'removeBot',
] as const satisfies readonly RecordedHappening[]
const message = v.strictObject({ turn: number, reply: v.optional(number) })

const schema = v.strictObject({
  version: v.literal(1, 'give 1: this simulator knows no other version of recordings'),
  turns: v.array(
    v.strictObject({
      scene: v.picklist(allScenes, "give 'c2c', 'group', 'channel' or 'dm'"),
      peer: text,
      person: text,
      at: ms,
      act: v.variant(
        'kind',
        [
          v.strictObject({
            kind: v.literal('say'),
            text,
            mention: v.optional(v.literal(false, 'give false, or leave it out')),
            hearsAll: v.optional(yes),
            files: v.optional(
              v.array(
                v.strictObject({
                  url: text,
                  content_type: text,
                  filename: v.optional(text),
                  data: v.optional(text),
                }),
                'give a list of files',
              ),
            ),
            quote: v.optional(message),
          }),
          v.strictObject({ kind: v.literal('press'), button: text }),
          v.strictObject({ kind: v.picklist(['react', 'unreact']), message, emoji: text }),
          v.strictObject({ kind: v.literal('recall'), message }),
          v.strictObject({ kind: v.picklist(happeningKinds) }),
        ],
        `give one of ${['say', 'press', 'react', 'unreact', 'recall', ...happeningKinds].join(', ')}`,
      ),
      replies: v.array(
        v.strictObject({
          after: ms,
          since: v.optional(number),
          content: v.optional(text),
          buttons: v.optional(v.array(text, 'give a list of labels')),
          media: v.optional(v.picklist(['image', 'video', 'voice', 'file'], 'give a kind of file')),
          streamed: v.optional(yes),
          proactive: v.optional(yes),
        }),
        'give a list of replies',
      ),
    }),
    'give a list of turns',
  ),
})

/**
 * Checks a recording that was read from a file.
 *
 * @throws OptionsError with the path of the wrong field
 */
export const checkRecording = (input: unknown): Recording =>
  checkOptions('Recording', schema, input) as unknown as Recording

/** The event of each happening. */
const happenings: Readonly<Record<string, RecordedHappening>> = {
  FRIEND_ADD: 'befriend',
  FRIEND_DEL: 'unfriend',
  C2C_MSG_RECEIVE: 'allow',
  C2C_MSG_REJECT: 'refuse',
  GROUP_ADD_ROBOT: 'addBot',
  GROUP_DEL_ROBOT: 'removeBot',
  GROUP_MSG_RECEIVE: 'allow',
  GROUP_MSG_REJECT: 'refuse',
  GROUP_MEMBER_ADD: 'join',
  GROUP_MEMBER_REMOVE: 'leave',
  GUILD_CREATE: 'addBot',
  GUILD_DELETE: 'removeBot',
  GUILD_MEMBER_ADD: 'join',
  GUILD_MEMBER_REMOVE: 'leave',
}

type Place = Pick<RecordedTurn, 'scene' | 'peer'>

/** What a person did that has an entry of its own. */
type ActEntry = MessageEntry | PressEntry | ReactionEntry

/** A turn while the log is read. */
interface Open {
  /** What the person did; `null` for an event alone. */
  readonly entry: ActEntry | null
  /** Conversation and person, as events name them. */
  readonly conversation: string
  readonly at: number
  readonly act: RecordedHappening | null
  place: Place | null
  readonly person: string
  /** The events of the act. */
  readonly events: EventEntry[]
  readonly replies: { readonly entry: MessageEntry; readonly since: Open }[]
}

const mentions = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && Array.isArray(Reflect.get(payload, 'mentions'))

/** The id or the index of the message that a person's message quotes; `null` without one. */
const quotedBy = (payload: unknown): string | null => {
  const fields = fieldsOf(payload)
  const direct = textOf(fieldsOf(fields['message_reference'])['message_id'])
  const indexed = listOf(fieldsOf(fields['message_scene'])['ext'])
    .map(textOf)
    .find((each) => each.startsWith(QUOTE))
  return direct || indexed?.slice(QUOTE.length) || null
}

const QUOTE = 'ref_msg_idx='

/** Bytes of a kept file; `null` when they are not kept. */
type ContentOf = (file: MessageFile) => Uint8Array | null

/** Most bytes of a file that are recorded: a test remains a file to read. */
const LARGEST = 256 * 1024

const filesOf = ({ payload, files }: MessageEntry, contentOf: ContentOf): readonly RecordedFile[] =>
  listOf(fieldsOf(payload)['attachments']).map((attachment, at) => {
    const fields = fieldsOf(attachment)
    const filename = textOf(fields['filename'])
    return {
      url: textOf(fields['url']),
      content_type: textOf(fields['content_type']),
      ...(filename === '' ? {} : { filename }),
      ...dataOf(files[at], contentOf),
    }
  })

const dataOf = (file: MessageFile | undefined, contentOf: ContentOf): { readonly data?: string } => {
  const bytes = file ? contentOf(file) : null
  return bytes && bytes.length <= LARGEST ? { data: Buffer.from(bytes).toString('base64') } : {}
}

/** Whether an entry is a message, and not what happens to it later. */
const isMessage = (entry: ActEntry | null): entry is MessageEntry =>
  entry?.kind === 'message' && entry.change !== 'recalled'

const isNamed = (entry: ActEntry | null, name: string): boolean =>
  isMessage(entry) && (entry.id === name || entry.refIdx === name)

/** The message of the turns that this id or index names. */
const findMessage = (turns: readonly Open[], name: string | null): RecordedMessage | null => {
  if (name === null) return null
  for (const [turn, { entry, replies }] of turns.entries()) {
    if (isNamed(entry, name)) return { turn }
    const reply = replies.findIndex((each) => isNamed(each.entry, name))
    if (reply !== -1) return { turn, reply }
  }
  return null
}

/** The message that an act needs: that of a reaction or a recall. */
const neededBy = (entry: ActEntry | null): string | null =>
  entry?.kind === 'reaction'
    ? entry.message
    : entry?.kind === 'message' && entry.change === 'recalled'
      ? entry.id
      : null

const actOf = ({ entry, act, events }: Open, turns: readonly Open[], contentOf: ContentOf): RecordedAct => {
  if (entry === null) return { kind: act ?? 'join' }
  if (entry.kind === 'press') return { kind: 'press', button: entry.button }
  const message = findMessage(turns, neededBy(entry)) ?? { turn: 0 }
  if (entry.kind === 'reaction')
    return { kind: entry.change === 'added' ? 'react' : 'unreact', message, emoji: entry.emoji }
  if (!isMessage(entry)) return { kind: 'recall', message }
  const open = entry.scene === 'group' || entry.scene === 'channel'
  const files = filesOf(entry, contentOf)
  const quote = findMessage(turns, quotedBy(entry.payload))
  return {
    kind: 'say',
    text: entry.content,
    ...(open && !mentions(entry.payload) ? { mention: false } : {}),
    ...(events.some(({ t }) => t === 'GROUP_MESSAGE_CREATE') ? { hearsAll: true } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(quote === null ? {} : { quote }),
  }
}

/** A clock may be set back while it is read. */
const msSince = (from: number, at: number): number => Math.max(0, Math.round(at - from))

const recordedReply = (reply: Reply, after: number, since: number | null): RecordedReply => ({
  after,
  ...(since === null ? {} : { since }),
  content: reply.content,
  ...(reply.buttons.length > 0 ? { buttons: reply.buttons } : {}),
  ...(reply.media ? { media: reply.media } : {}),
  ...(reply.growth.length > 0 ? { streamed: true } : {}),
  ...(reply.proactive ? { proactive: true } : {}),
})

/** Whether an entry is an act of a person that a recording holds. */
const isAct = (entry: LogEntry): entry is ActEntry =>
  entry.kind === 'press' ||
  (entry.kind === 'reaction' && !entry.byBot) ||
  (entry.kind === 'message' &&
    entry.direction === 'in' &&
    (entry.change === 'sent' || (entry.change === 'recalled' && !entry.byBot)))

/** Whether some bot receives, or will receive, an event. */
const isHeard = ({ sessions, pushed }: EventEntry): boolean => pushed || sessions.length > 0

/** The events of acts with an entry of their own; they come right after it. */
const ACT_EVENT = /MESSAGE_(?:CREATE|DELETE)$|^INTERACTION_CREATE$|^MESSAGE_REACTION_(?:ADD|REMOVE)$/

/** The conversations of a log by the ids that events name. */
const placesIn = (log: readonly LogEntry[]): ReadonlyMap<string, Place> =>
  new Map(
    log.flatMap((entry) =>
      'peerId' in entry ? [[entry.peerId, { scene: entry.scene, peer: entry.peer }] as const] : [],
    ),
  )

/** A channel of each guild of a log. */
const guildsIn = (log: readonly LogEntry[]): ReadonlyMap<string, Place> =>
  new Map(
    log.flatMap((entry) => {
      if (entry.kind !== 'message' || entry.scene !== 'channel' || !isAct(entry)) return []
      const { scene, peer } = entry
      return [[textOf(fieldsOf(entry.payload)['guild_id']), { scene, peer }] as const]
    }),
  )

/** Reads the turns of a log, in order: those whose act reached a bot. */
const readTurns = (log: readonly LogEntry[]): readonly Open[] => {
  const places = placesIn(log)
  const guilds = guildsIn(log)
  const turns: Open[] = []
  const byAnchor = new Map<string, Open>()
  const last = new Map<string, Open>()
  let latest: Open | null = null

  /** An act counts once its event reaches a bot. */
  const hear = (turn: Open, event: EventEntry): void => {
    if (turns.at(-1) !== turn) turns.push(turn)
    turn.events.push(event)
    byAnchor.set(event.id, turn)
    if (turn.entry && (turn.entry.kind === 'press' || isMessage(turn.entry)))
      byAnchor.set(turn.entry.id, turn)
    if (turn.place) last.set(`${turn.place.scene} ${turn.place.peer}`, turn)
  }

  for (const entry of log) {
    if (isWhole(entry)) {
      const { scene, peer, replyTo } = entry
      // A message without an anchor belongs to the last turn of its conversation.
      const turn = replyTo === null ? last.get(`${scene} ${peer}`) : byAnchor.get(replyTo)
      if (turn) turn.place ??= { scene, peer }
      turn?.replies.push({ entry, since: turns.at(-1) ?? turn })
    } else if (isAct(entry)) {
      const { scene, peer, peerId, author: person, at } = entry
      const conversation = `${peerId} ${person}`
      latest = { entry, conversation, at, act: null, place: { scene, peer }, person, events: [], replies: [] }
    } else if (entry.kind === 'event' && isHeard(entry)) {
      const { t, at } = entry
      const conversation = entry.conversation ?? ''
      const [peerId = '', ...name] = conversation.split(' ')
      const [act, place, person] = [happenings[t], places.get(peerId) ?? null, name.join(' ')]
      if (act) hear({ entry: null, conversation, at, act, place, person, events: [], replies: [] }, entry)
      else if (latest?.conversation === conversation && ACT_EVENT.test(t)) hear(latest, entry)
    }
  }
  // Who comes to a guild comes to no channel of it; the replies may have named one.
  for (const turn of turns) turn.place ??= guilds.get(turn.conversation.split(' ')[0] ?? '') ?? null
  const placed = turns.filter(({ place }) => place !== null)
  // A reaction to a message that was never recorded cannot be repeated.
  return placed.filter(({ entry }) => {
    const needed = neededBy(entry)
    return needed === null || findMessage(placed, needed) !== null
  })
}

/**
 * The conversations of a log as a recording: what people did that reached the bot, and the replies. `contents: false` leaves out
 * the texts, so that only number, order, kinds and times of messages remain; `contentOf` adds the bytes of files.
 *
 * @example
 *   const recording = recordingOf(sim.log.entries(), { contentOf: (file) => sim.contentOf(file) })
 *
 * @param log a log of one bot, with its events
 */
export const recordingOf = (
  log: readonly LogEntry[],
  {
    contents = true,
    contentOf = () => null,
  }: {
    readonly contents?: boolean
    readonly contentOf?: (file: MessageFile) => Uint8Array | null
  } = {},
): Recording => {
  const turns = readTurns(log)
  const numbers = new Map(turns.map((turn, number) => [turn, number]))
  const recorded = turns.map((turn, own): RecordedTurn => ({
    ...(turn.place ?? { scene: 'c2c', peer: turn.person }),
    person: turn.person,
    at: msSince(turns[0]?.at ?? turn.at, turn.at),
    act: actOf(turn, turns, contentOf),
    replies: turn.replies.map(({ entry, since }) => {
      const number = numbers.get(since) ?? own
      return recordedReply(replyOf(entry, log), msSince(turn.at, entry.at), number > own ? number : null)
    }),
  }))
  return { version: 1, turns: contents ? recorded : recorded.map(bare) }
}

/** A turn without texts and files. */
const bare = ({ act, replies, ...turn }: RecordedTurn): RecordedTurn => {
  if (act.kind !== 'say') return { ...turn, act, replies: replies.map(bareReply) }
  const { files: _files, ...rest } = act
  return { ...turn, act: { ...rest, text: '' }, replies: replies.map(bareReply) }
}

const bareReply = ({ content: _content, buttons: _buttons, ...rest }: RecordedReply): RecordedReply => rest

/** One step of a recording: the act of a turn, or one of its replies. */
export interface RecordedStep {
  /** Number of the turn. */
  readonly turn: number
  /** Number of the reply; `null` for the act. */
  readonly reply: number | null
}

/** The acts and replies of a recording in their order: a reply may come after the act of a later turn. */
export const stepsOf = ({ turns }: Recording): readonly RecordedStep[] => {
  const after = turns.map((): (RecordedStep & { readonly at: number })[] => [])
  for (const [turn, { at, replies }] of turns.entries())
    for (const [reply, { since = turn, after: ms }] of replies.entries())
      after[since]?.push({ turn, reply, at: at + ms })
  return after.flatMap((replies, turn) => [
    { turn, reply: null },
    ...replies.toSorted((a, b) => a.at - b.at).map(({ turn, reply }) => ({ turn, reply })),
  ])
}
