import type { RestError } from '../errors/rest-error.js'
import type { Situation } from '../types/situation.js'
import type { StreamedMessage } from './result.js'

/** What a message holds, counted in characters (UTF-16 units) or in bytes (UTF-8). */
export interface Capacity {
  readonly unit: 'characters' | 'bytes'
  readonly most: number
}

const bytesOf = (codePoint: number): number => {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x8_00) return 2
  return codePoint < 0x1_00_00 ? 3 : 4
}

/** How much room a text takes. */
export const sizeOf = (text: string, unit: Capacity['unit']): number =>
  unit === 'characters' ? text.length : Buffer.byteLength(text)

/** How many characters from the beginning of a text fit into `most`. */
export const fitting = (text: string, { unit, most }: Capacity): number => {
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
  readonly capacity: Capacity
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
  readonly message: number
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

interface MessageBase {
  readonly start: number
  /** Put before its text: opens a code block that the message before had to close. */
  readonly lead: string
  readonly capacity: Capacity
}

/** A message that stands there under a known id. */
interface KnownMessage extends MessageBase {
  readonly id: string
  readonly refIdx: string | null
  /** Of the next chunk: counted here, never taken from an answer. */
  readonly index: number
}

/**
 * The message under way. One that stands there under an id that nobody knows, and one that the platform has closed, cannot
 * grow: those are done.
 */
export type CurrentMessage =
  /** Nothing of it is known to stand there. */
  | (MessageBase & { readonly kind: 'opening' })
  /** Takes text. */
  | (KnownMessage & { readonly kind: 'open'; readonly openedAt: number })
  /** Takes nothing but its final chunk. */
  | (KnownMessage & { readonly kind: 'ending'; readonly end: number; readonly how: Chunk['how'] })

/** What became of the chunk with the next index. */
export type ChunkStatus =
  /** The platform has not answered to this index. */
  | { readonly kind: 'fresh' }
  /** It was answered to, and its text was not taken. The text may change, but the index may be used up. */
  | { readonly kind: 'answered' }
  /** It may be there: until that is known it is repeated as it was, under its index. */
  | { readonly kind: 'uncertain'; readonly chunk: Chunk }
  /** It is on its way, for the first time or after what `before` says. */
  | {
      readonly kind: 'in_flight'
      readonly chunk: Chunk
      readonly before: Exclude<ChunkStatus['kind'], 'in_flight'>
    }

/** Why a chunk is sent again. */
export type RetryReason = Situation | 'busy' | 'taken' | 'spent'

/** Why what is left goes out as one ordinary message. */
export type RemainderReason =
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
export type AfterClosing =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }
  /** Something is wrong with this client: it is told even where no text is missing. */
  | { readonly kind: 'broken'; readonly error: RestError }
  | { readonly kind: 'collect'; readonly why: RemainderReason }

/** How it ended. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }

/** What a stream is about. */
export type StreamPhase =
  | { readonly kind: 'writing' }
  /** Takes no more text, and ends the message with what stands there. */
  | { readonly kind: 'closing'; readonly after: AfterClosing }
  /** Takes text for the ordinary message that is sent at the end. */
  | { readonly kind: 'collecting'; readonly why: RemainderReason }
  /** That message is on its way, with the text up to `end`. */
  | { readonly kind: 'sending'; readonly why: RemainderReason; readonly end: number }
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
  readonly deliveredEnd: number
  /** Up to where it may stand there. */
  readonly uncertainEnd: number
  readonly done: readonly StreamedMessage[]
  readonly current: CurrentMessage
  readonly chunkStatus: ChunkStatus
  readonly phase: StreamPhase
  readonly turn: Turn
  /** What went wrong since the last chunk that was taken. */
  readonly retryReasons: readonly RetryReason[]
  /** Final markdown has to end with a line break. */
  readonly newline: boolean
  /** ms between two chunks at present. */
  readonly interval: number
  readonly startedAt: number
  /** When the next chunk may go. */
  readonly dueAt: number
}

const FRESH: ChunkStatus = Object.freeze({ kind: 'fresh' })

/** The message that begins where the text is known to stand, with nothing gone wrong yet. */
export const beginMessage = (
  { rules, deliveredEnd }: Pick<StreamState, 'rules' | 'deliveredEnd'>,
  lead: string,
): Pick<StreamState, 'current' | 'chunkStatus' | 'retryReasons'> => ({
  current: { kind: 'opening', start: deliveredEnd, lead, capacity: rules.capacity },
  chunkStatus: FRESH,
  retryReasons: [],
})

/** A stream of which nothing is written. */
export const newStream = (rules: StreamRules, now: number): StreamState => ({
  rules,
  text: '',
  ended: false,
  deliveredEnd: 0,
  uncertainEnd: 0,
  done: [],
  ...beginMessage({ rules, deliveredEnd: 0 }, ''),
  phase: { kind: 'writing' },
  turn: { kind: 'none' },
  newline: false,
  interval: rules.throttle,
  startedAt: now,
  dueAt: now,
})

/** Up to where the text can no longer be changed, because it may stand in the conversation. */
export const fixedUpTo = ({ uncertainEnd, chunkStatus, phase }: StreamState): number =>
  Math.max(
    uncertainEnd,
    chunkStatus.kind === 'in_flight' ? chunkStatus.chunk.end : 0,
    phase.kind === 'sending' ? phase.end : 0,
  )

/** Whether text is of use: what is written goes out, or will. */
export const wantsText = ({ phase }: StreamState): boolean =>
  phase.kind === 'closing' ? phase.after.kind === 'collect' : phase.kind !== 'over'

/** Whether a message of it may be open, so that no other stream to the same user may begin. */
export const mayBeOpen = ({ phase }: StreamState): boolean =>
  phase.kind === 'writing' || phase.kind === 'closing'

/** Messages that have been begun as replies: each takes one number of the anchor (§6.2). */
export const repliesOf = ({ rules, done, current, chunkStatus, phase }: StreamState): number => {
  const under =
    current.kind !== 'opening' ||
    chunkStatus.kind === 'in_flight' ||
    chunkStatus.kind === 'uncertain' ||
    (phase.kind === 'sending' && (phase.why.kind === 'busy' || phase.why.kind === 'cut'))
  const begun = under && rules.mode === 'passive' ? 1 : 0
  return begun + done.filter(({ mode }) => mode === 'passive').length
}
