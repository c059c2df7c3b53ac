import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { LogEntry, MessageEntry, PressEntry } from '../core/kernel/log-entry.js'
import { allScenes, type Scene } from '../core/rules/scene.js'
import { isWhole, replyOf, type Reply } from './reply.js'

/** A reply of a recording; fields that are left out were not there, or not recorded. */
export interface RecordedReply {
  /** ms after the act. */
  readonly after: number
  readonly content?: string
  readonly buttons?: readonly string[]
  readonly media?: NonNullable<Reply['media']>
  readonly streamed?: true
  readonly proactive?: true
}

/** What a person did, and the bot's replies to it. */
export interface RecordedTurn {
  readonly scene: Scene
  /** Name of the user, group, channel or DM partner. */
  readonly peer: string
  readonly person: string
  /** Its text, or the button that was pressed. */
  readonly act:
    | {
        readonly kind: 'say'
        readonly text: string
        readonly mention?: false
        readonly files?: readonly string[]
      }
    | { readonly kind: 'press'; readonly button: string }
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

const schema = v.strictObject({
  version: v.literal(1, 'give 1: this simulator knows no other version of recordings'),
  turns: v.array(
    v.strictObject({
      scene: v.picklist(allScenes, "give 'c2c', 'group', 'channel' or 'dm'"),
      peer: text,
      person: text,
      act: v.variant(
        'kind',
        [
          v.strictObject({
            kind: v.literal('say'),
            text,
            mention: v.optional(v.literal(false, 'give false, or leave it out')),
            files: v.optional(v.array(text, 'give a list of addresses')),
          }),
          v.strictObject({ kind: v.literal('press'), button: text }),
        ],
        "give 'say' or 'press'",
      ),
      replies: v.array(
        v.strictObject({
          after: ms,
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

interface Open {
  readonly entry: MessageEntry | PressEntry
  readonly turn: Omit<RecordedTurn, 'replies'>
  readonly replies: RecordedReply[]
}

const mentions = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && Array.isArray(Reflect.get(payload, 'mentions'))

const actOf = (entry: MessageEntry | PressEntry): RecordedTurn['act'] => {
  if (entry.kind === 'press') return { kind: 'press', button: entry.button }
  const open = entry.scene === 'group' || entry.scene === 'channel'
  const files = entry.files.flatMap(({ url }) => url ?? [])
  return {
    kind: 'say',
    text: entry.content,
    ...(open && !mentions(entry.payload) ? { mention: false } : {}),
    ...(files.length > 0 ? { files } : {}),
  }
}

const recordedReply = (reply: Reply, after: number): RecordedReply => ({
  after,
  content: reply.content,
  ...(reply.buttons.length > 0 ? { buttons: reply.buttons } : {}),
  ...(reply.media ? { media: reply.media } : {}),
  ...(reply.growth.length > 0 ? { streamed: true } : {}),
  ...(reply.proactive ? { proactive: true } : {}),
})

/** Whether an entry is an act of a person that a recording holds. */
const isAct = (entry: LogEntry): entry is MessageEntry | PressEntry =>
  entry.kind === 'press' || (entry.kind === 'message' && entry.direction === 'in' && entry.change === 'sent')

/**
 * The conversations of a log as a recording: what people said and pressed, and the replies. `contents: false` leaves out the
 * texts, so that only number, order, kinds and times of messages remain.
 *
 * @example
 *   const recording = recordingOf(sim.log.entries())
 */
export const recordingOf = (
  log: readonly LogEntry[],
  { contents = true }: { readonly contents?: boolean } = {},
): Recording => {
  const turns: Open[] = []
  for (const entry of log) {
    if (isWhole(entry)) {
      const here = turns.filter(({ turn }) => turn.scene === entry.scene && turn.peer === entry.peer)
      const open = here.find(({ entry: { id } }) => id === entry.replyTo) ?? here.at(-1)
      open?.replies.push(recordedReply(replyOf(entry, log), Math.round(entry.at - open.entry.at)))
    } else if (isAct(entry)) {
      const { scene, peer, author: person } = entry
      turns.push({ entry, turn: { scene, peer, person, act: actOf(entry) }, replies: [] })
    }
  }
  return {
    version: 1,
    turns: turns.map(({ turn, replies }) => (contents ? { ...turn, replies } : bare({ ...turn, replies }))),
  }
}

/** A turn without texts and addresses. */
const bare = ({ act, replies, ...turn }: RecordedTurn): RecordedTurn => ({
  ...turn,
  act:
    act.kind === 'press' ? act : { kind: 'say', text: '', ...(act.mention === false && { mention: false }) },
  replies: replies.map(({ content: _content, buttons: _buttons, ...rest }) => rest),
})
