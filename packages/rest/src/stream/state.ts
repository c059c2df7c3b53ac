import type { RestError } from '../errors/rest-error.js'
import type { Situation } from '../types/situation.js'
import type { StreamedMessage } from './result.js'

/** What a message holds, counted in characters (UTF-16 units) or in bytes (UTF-8). */
export interface Room {
  readonly unit: 'characters' | 'bytes'
  readonly most: number
}

const bytesOf = (codePoint: number): number => {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x8_00) return 2
  return codePoint < 0x1_00_00 ? 3 : 4
}

/** How much room a text takes. */
export const sizeOf = (text: string, unit: Room['unit']): number =>
  unit === 'characters' ? text.length : Buffer.byteLength(text)

/** How many characters from the beginning of a text fit into `most`. */
export const fitting = (text: string, { unit, most }: Room): number => {
  if (unit === 'characters') return Math.max(0, Math.min(text.length, Math.floor(most)))
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += bytesOf(character.codePointAt(0) ?? 0)
    if (bytes > most) break
    end += character.length
  }
  return end
}

/** What a stream was told once and for all. */
export interface StreamRules {
  readonly contentType: 'text' | 'markdown'
  /** Whether its messages reply to something, or go out on the bot's own initiative. */
  readonly mode: StreamedMessage['mode']
  /** ms between two chunks. */
  readonly throttle: number
  /** What one message holds. */
  readonly room: Room
  /**
   * ms after which a message is ended and the text goes on in the next
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly maxAge: number
}

/**
 * One call of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}. All offsets
 * count in the whole text.
 */
export interface Chunk {
  /** Which message it belongs to, from 0. */
  readonly part: number
  readonly index: number
  /** `stream_msg_id`; `null` opens the message. */
  readonly id: string | null
  /** Where its text ends. */
  readonly end: number
  /** `'whole'`: the text of the message so far. `'more'`: what is added to it, whatever that may be. */
  readonly how: 'whole' | 'more'
  readonly content: string
  readonly final: boolean
}

interface AnyPart {
  readonly start: number
  /** Put before its text: opens a code block that the message before had to close. */
  readonly lead: string
  readonly room: Room
}

/** A message that stands there under a known id. */
interface ShownPart extends AnyPart {
  readonly id: string
  readonly refIdx: string | null
  /** Of the next chunk: counted here, never taken from an answer. */
  readonly index: number
}

/**
 * The message under way. One that stands there under an id that nobody knows, and one that the platform has closed, cannot
 * grow: those are done.
 */
export type Part =
  /** Nothing of it is known to stand there. */
  | (AnyPart & { readonly kind: 'opening' })
  /** Takes text. */
  | (ShownPart & { readonly kind: 'open'; readonly openedAt: number })
  /** Takes nothing but its final chunk. */
  | (ShownPart & { readonly kind: 'ending'; readonly end: number; readonly how: Chunk['how'] })

/** What became of the chunk with the next index. */
export type Frame =
  /** The platform has not answered to this index. */
  | { readonly kind: 'fresh' }
  /** It was answered to, and its text was not taken. The text may change, but the index may be used up. */
  | { readonly kind: 'answered' }
  /** It may be there: until that is known it is repeated as it was, under its index. */
  | { readonly kind: 'doubtful'; readonly chunk: Chunk }
  /** It is on its way, for the first time or after what `before` says. */
  | { readonly kind: 'flying'; readonly chunk: Chunk; readonly before: Exclude<Frame['kind'], 'flying'> }

/** Why a chunk is sent again. */
export type Setback = Situation | 'busy' | 'taken' | 'spent'

/** Why what is left goes out as one ordinary message. */
export type Detour =
  /**
   * Another stream to this user is open, in this client (`null`) or says the platform
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  | { readonly kind: 'busy'; readonly error: RestError | null }
  /** An earlier run had begun it. */
  | { readonly kind: 'cut'; readonly error: RestError }
  /** The anchor is dead: it goes without. */
  | { readonly kind: 'anchor_dead'; readonly error: RestError }
  /** More of it, after a first message without the anchor. */
  | { readonly kind: 'proactive' }

/** What follows when a message has been ended early. */
export type After =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }
  /** Something is wrong with this client: it is told even where no text is missing. */
  | { readonly kind: 'broken'; readonly error: RestError }
  | { readonly kind: 'collect'; readonly why: Detour }

/** How it ended. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }

/** What a stream is about. */
export type Fate =
  | { readonly kind: 'going' }
  /** Takes no more text, and ends the message with what stands there. */
  | { readonly kind: 'closing'; readonly after: After }
  /** Takes text for the ordinary message that is sent at the end. */
  | { readonly kind: 'collecting'; readonly why: Detour }
  /** That message is on its way, with the text up to `end`. */
  | { readonly kind: 'sending'; readonly why: Detour; readonly end: number }
  | { readonly kind: 'over'; readonly outcome: Outcome }

/** Whether this stream is the one that may be open to its user. */
export type Turn =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'held' }

/** A stream at one moment: plain data. */
export interface StreamState {
  readonly rules: StreamRules
  /** Everything that was written. */
  readonly text: string
  /** Nothing more will be written. */
  readonly ended: boolean
  /** Up to where the text is known to stand in the conversation. */
  readonly sure: number
  /** Up to where it may stand there. */
  readonly maybe: number
  readonly done: readonly StreamedMessage[]
  readonly part: Part
  readonly frame: Frame
  readonly fate: Fate
  readonly turn: Turn
  /** What went wrong since the last chunk that was taken. */
  readonly setbacks: readonly Setback[]
  /** Final markdown has to end with a line break. */
  readonly newline: boolean
  /** ms between two chunks at present. */
  readonly interval: number
  readonly startedAt: number
  /** When the next chunk may go. */
  readonly dueAt: number
}

const FRESH: Frame = Object.freeze({ kind: 'fresh' })

/** The message that begins where the text is known to stand, with nothing gone wrong yet. */
export const beginPart = (
  { rules, sure }: Pick<StreamState, 'rules' | 'sure'>,
  lead: string,
): Pick<StreamState, 'part' | 'frame' | 'setbacks'> => ({
  part: { kind: 'opening', start: sure, lead, room: rules.room },
  frame: FRESH,
  setbacks: [],
})

/** A stream of which nothing is written. */
export const newStream = (rules: StreamRules, now: number): StreamState => ({
  rules,
  text: '',
  ended: false,
  sure: 0,
  maybe: 0,
  done: [],
  ...beginPart({ rules, sure: 0 }, ''),
  fate: { kind: 'going' },
  turn: { kind: 'none' },
  newline: false,
  interval: rules.throttle,
  startedAt: now,
  dueAt: now,
})

/** Up to where the text can no longer be changed, because it may stand in the conversation. */
export const fixedUpTo = ({ maybe, frame, fate }: StreamState): number =>
  Math.max(maybe, frame.kind === 'flying' ? frame.chunk.end : 0, fate.kind === 'sending' ? fate.end : 0)

/** Whether text is of use: what is written goes out, or will. */
export const wantsText = ({ fate }: StreamState): boolean =>
  fate.kind === 'closing' ? fate.after.kind === 'collect' : fate.kind !== 'over'

/** Whether a message of it may be open, so that no other stream to the same user may begin. */
export const mayBeOpen = ({ fate }: StreamState): boolean => fate.kind === 'going' || fate.kind === 'closing'

/** Messages that have been begun as replies: each takes one number of the anchor (§6.2). */
export const repliesOf = ({ rules, done, part, frame, fate }: StreamState): number => {
  const under =
    part.kind !== 'opening' ||
    frame.kind === 'flying' ||
    frame.kind === 'doubtful' ||
    (fate.kind === 'sending' && (fate.why.kind === 'busy' || fate.why.kind === 'cut'))
  const begun = under && rules.mode === 'passive' ? 1 : 0
  return begun + done.filter(({ mode }) => mode === 'passive').length
}
