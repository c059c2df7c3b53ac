import type { RestError } from '../errors/rest-error.js'
import type { Situation } from '../types/situation.js'
import type { StreamedMessage } from './result.js'

/** Capacity of a message, in characters (UTF-16 units) or in bytes (UTF-8). */
export interface Capacity {
  readonly unit: 'characters' | 'bytes'
  readonly most: number
}

const bytesOf = (codePoint: number): number => {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x8_00) return 2
  return codePoint < 0x1_00_00 ? 3 : 4
}

/** Length of a text. */
export const sizeOf = (text: string, unit: Capacity['unit']): number =>
  unit === 'characters' ? text.length : Buffer.byteLength(text)

/** How many characters at the start of a text fit. */
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

/** Fixed settings of a stream. */
export interface StreamRules {
  readonly contentType: 'text' | 'markdown'
  /** Whether its messages are replies or proactive. */
  readonly mode: StreamedMessage['mode']
  /** ms between two chunks. */
  readonly throttle: number
  /** Capacity of one message. */
  readonly capacity: Capacity
  /**
   * ms after which a message is ended and the next one continues the text
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly maxAge: number
}

/**
 * One chunk of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}. All
 * offsets are in the whole text.
 */
export interface Chunk {
  /** Number of its message, from 0. */
  readonly message: number
  readonly index: number
  /** `stream_msg_id`; `null` opens the message. */
  readonly id: string | null
  /** Offset of the end of its text. */
  readonly end: number
  /** `'whole'`: the whole text of the message so far. `'more'`: an addition to it. */
  readonly how: 'whole' | 'more'
  readonly content: string
  readonly final: boolean
}

interface MessageBase {
  readonly start: number
  /** Put before its text: reopens a code block that the previous message closed. */
  readonly lead: string
  readonly capacity: Capacity
}

/** A delivered message with a known id. */
interface KnownMessage extends MessageBase {
  readonly id: string
  readonly refIdx: string | null
  /** Index of the next chunk: counted here, never read from an answer. */
  readonly index: number
}

/**
 * The message that is being streamed. A message with an unknown id, or one that the platform has closed, cannot grow
 * and is done.
 */
export type CurrentMessage =
  /** Nothing of it is known to be delivered. */
  | (MessageBase & { readonly kind: 'opening' })
  /** Takes text. */
  | (KnownMessage & { readonly kind: 'open'; readonly openedAt: number })
  /** Takes only its final chunk. */
  | (KnownMessage & { readonly kind: 'ending'; readonly end: number; readonly how: Chunk['how'] })

/** Status of the chunk with the next index. */
export type ChunkStatus =
  /** No answer to this index yet. */
  | { readonly kind: 'fresh' }
  /** Answered, and the text was not accepted. The text may change, but the index may be used up. */
  | { readonly kind: 'answered' }
  /** Perhaps delivered: repeated unchanged under its index until that is known. */
  | { readonly kind: 'uncertain'; readonly chunk: Chunk }
  /** In flight; `before` is the status of earlier attempts. */
  | {
      readonly kind: 'in_flight'
      readonly chunk: Chunk
      readonly before: Exclude<ChunkStatus['kind'], 'in_flight'>
    }

/** Why a chunk is repeated. */
export type RetryReason = Situation | 'busy' | 'taken' | 'spent'

/** Why the remaining text is sent as an ordinary message. */
export type RemainderReason =
  /**
   * Another stream to this user is open, in this client (`null`) or according to the platform
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  | { readonly kind: 'busy'; readonly error: RestError | null }
  /** An earlier run began the stream. */
  | { readonly kind: 'cut'; readonly error: RestError }
  /** The anchor is dead: the text is sent without it. */
  | { readonly kind: 'anchor_dead'; readonly error: RestError }
  /** More text, after a first message without the anchor. */
  | { readonly kind: 'proactive' }

/** What follows when a message was ended early. */
export type AfterClosing =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }
  /** This client is broken: an error is reported even if no text is missing. */
  | { readonly kind: 'broken'; readonly error: RestError }
  | { readonly kind: 'collect'; readonly why: RemainderReason }

/** How the stream ended. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }

/** Phase of a stream. */
export type StreamPhase =
  | { readonly kind: 'writing' }
  /** Takes no more text, and ends the message with the delivered text. */
  | { readonly kind: 'closing'; readonly after: AfterClosing }
  /** Collects text for an ordinary message that is sent at the end. */
  | { readonly kind: 'collecting'; readonly why: RemainderReason }
  /** That message is in flight, with the text up to `end`. */
  | { readonly kind: 'sending'; readonly why: RemainderReason; readonly end: number }
  | { readonly kind: 'over'; readonly outcome: Outcome }

/** Whether this stream has the turn of its user. */
export type Turn =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'held' }

/** State of a stream: plain data. */
export interface StreamState {
  readonly rules: StreamRules
  /** The whole written text. */
  readonly text: string
  /** No more text will be written. */
  readonly ended: boolean
  /** Offset up to which the text is known to be delivered. */
  readonly deliveredEnd: number
  /** Offset up to which the text may be delivered. */
  readonly uncertainEnd: number
  readonly done: readonly StreamedMessage[]
  readonly current: CurrentMessage
  readonly chunkStatus: ChunkStatus
  readonly phase: StreamPhase
  readonly turn: Turn
  /** Failures since the last accepted chunk. */
  readonly retryReasons: readonly RetryReason[]
  /** Final markdown has to end with a line break. */
  readonly newline: boolean
  /** Current interval between two chunks in ms. */
  readonly interval: number
  readonly startedAt: number
  /** When the next chunk may be sent. */
  readonly dueAt: number
}

const FRESH: ChunkStatus = Object.freeze({ kind: 'fresh' })

/** A new message that begins at the end of the delivered text. */
export const beginMessage = (
  { rules, deliveredEnd }: Pick<StreamState, 'rules' | 'deliveredEnd'>,
  lead: string,
): Pick<StreamState, 'current' | 'chunkStatus' | 'retryReasons'> => ({
  current: { kind: 'opening', start: deliveredEnd, lead, capacity: rules.capacity },
  chunkStatus: FRESH,
  retryReasons: [],
})

/** Initial state of a stream. */
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

/** Offset up to which the text cannot change, because it may be delivered. */
export const fixedUpTo = ({ uncertainEnd, chunkStatus, phase }: StreamState): number =>
  Math.max(
    uncertainEnd,
    chunkStatus.kind === 'in_flight' ? chunkStatus.chunk.end : 0,
    phase.kind === 'sending' ? phase.end : 0,
  )

/** Whether written text will be sent. */
export const wantsText = ({ phase }: StreamState): boolean =>
  phase.kind === 'closing' ? phase.after.kind === 'collect' : phase.kind !== 'over'

/** Whether a message of this stream may be open, so that no other stream to the user may begin. */
export const mayBeOpen = ({ phase }: StreamState): boolean =>
  phase.kind === 'writing' || phase.kind === 'closing'

/** Number of messages begun as replies; each uses one number of the anchor (§6.2). */
export const repliesOf = ({ rules, done, current, chunkStatus, phase }: StreamState): number => {
  const under =
    current.kind !== 'opening' ||
    chunkStatus.kind === 'in_flight' ||
    chunkStatus.kind === 'uncertain' ||
    (phase.kind === 'sending' && (phase.why.kind === 'busy' || phase.why.kind === 'cut'))
  const begun = under && rules.mode === 'passive' ? 1 : 0
  return begun + done.filter(({ mode }) => mode === 'passive').length
}
