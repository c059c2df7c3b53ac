import type { RestError } from '../errors/rest-error.js'
import type { StreamedMessage } from './stream-result.js'

/** What a stream was told once and for all. */
export interface StreamRules {
  readonly contentType: 'text' | 'markdown'
  /** ms between two chunks. */
  readonly throttle: number
  /** Characters of one message; `null`: what the platform tells, and {@link KNOWN_ROOM} until it does. */
  readonly maxLength: number | null
}

/** One call of §5.4. All offsets count in the whole text. */
export interface Chunk {
  /** Which message it belongs to, from 0. */
  readonly part: number
  readonly index: number
  /** `stream_msg_id`; `null` opens the message. */
  readonly id: string | null
  /** Where its text ends. */
  readonly end: number
  /** The whole text of the message so far. */
  readonly content: string
  readonly final: boolean
}

/** The message under way. */
export interface Part {
  readonly start: number
  /** Put before its text: opens a code block that the message before had to close. */
  readonly lead: string
  readonly id: string | null
  readonly refIdx: string | null
  /** Of the next chunk. */
  readonly index: number
  /** Up to where the text is known to stand there. */
  readonly confirmed: number
  /** A chunk that may have arrived. Until that is known it is repeated as it was. */
  readonly pending: Chunk | null
  /** Characters that the message can hold. */
  readonly room: number
}

/** What follows when a message has been ended early. */
export type After =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: RestError }
  /** The anchor is dead: what is left goes out as one message without it. */
  | { readonly kind: 'collect'; readonly error: RestError }

/** How it ended. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  | Exclude<After, { readonly kind: 'collect' }>

/** What a stream is about. */
export type Fate =
  | { readonly kind: 'going' }
  /** Takes no more text, and ends the message with what stands there. */
  | { readonly kind: 'closing'; readonly after: After }
  /** Takes text for the one message that is sent at the end. */
  | { readonly kind: 'collecting'; readonly error: RestError }
  /** That message is on its way. */
  | { readonly kind: 'sending' }
  | { readonly kind: 'over'; readonly outcome: Outcome }

/** A stream at one moment: plain data. */
export interface StreamState {
  readonly rules: StreamRules
  /** Everything that was written. */
  readonly text: string
  /** Nothing more will be written. */
  readonly ended: boolean
  readonly part: Part
  readonly done: readonly StreamedMessage[]
  readonly flying: Chunk | null
  /** Up to where text may stand in the conversation without anyone knowing. */
  readonly doubt: number
  readonly fate: Fate
  /** Calls that failed in a row. */
  readonly failures: number
  /** Final markdown has to end with a line break. */
  readonly newline: boolean
  /** ms between two chunks at present. */
  readonly interval: number
  readonly startedAt: number
  /** When the next chunk may go. */
  readonly dueAt: number
}

/** Characters of one message while the platform has not told: no number is documented. */
const KNOWN_ROOM = 5000

/** The message that begins at `start`. */
export const newPart = ({ maxLength }: StreamRules, start: number, lead: string): Part => ({
  start,
  lead,
  id: null,
  refIdx: null,
  index: 0,
  confirmed: start,
  pending: null,
  room: maxLength ?? KNOWN_ROOM,
})

/** A stream of which nothing is written. */
export const newStream = (rules: StreamRules, now: number): StreamState => ({
  rules,
  text: '',
  ended: false,
  part: newPart(rules, 0, ''),
  done: [],
  flying: null,
  doubt: 0,
  fate: { kind: 'going' },
  failures: 0,
  newline: false,
  interval: rules.throttle,
  startedAt: now,
  dueAt: now,
})

/** Up to where the text can no longer be changed, because it may stand in the conversation. */
export const fixedUpTo = ({ part, flying, doubt }: StreamState): number =>
  Math.max(part.confirmed, doubt, flying?.end ?? 0)

/** Whether text is of use: what is written goes out, or will. */
export const wantsText = ({ fate }: StreamState): boolean =>
  fate.kind === 'closing' ? fate.after.kind === 'collect' : fate.kind !== 'over'
