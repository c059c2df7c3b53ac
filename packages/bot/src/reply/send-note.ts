import { type AuditVerdict, RestError, type SendResult, type StreamResult } from '@qqkit/rest'

import type { Target } from '../events/message.js'
import type { ReplyResult } from './parked-reply.js'
import { isSerializable } from './parking-lot.js'
import type { OutgoingMessage } from './platform-client.js'
import type { Gone } from './send-pieces.js'

/** A result as plain JSON, without what only its own process can use. */
type PlainResult = Readonly<Record<string, unknown>> & Pick<ReplyResult, 'kind' | 'mode'>

/** A message: what is planned, and how far it is. Plain JSON. */
export interface MessageNote {
  readonly kind: 'message'
  readonly place: Target
  /** The message, where it is not its only piece. */
  readonly said?: OutgoingMessage
  /** In order; `null` where they are no plain data: the next run sends its own. */
  readonly pieces: readonly OutgoingMessage[] | null
  /** The number of each piece; none for a proactive message. */
  readonly seqs: readonly number[]
  /** Of the first pieces: these went out. */
  readonly results: readonly PlainResult[]
  /** Whether no piece is left. */
  readonly whole?: true
  /** Whether the next piece may have gone out in a way in which the platform would not recognise a repeat. */
  readonly keyless?: true
}

/** What was planned and sent under one name. */
export type SendNote =
  /** A text that is being generated: nothing of it was sent. */
  | { readonly kind: 'open' }
  /** A message that grows: some of it may be shown. */
  | { readonly kind: 'growing'; readonly keyless?: true }
  /** A message that has grown. */
  | { readonly kind: 'grown'; readonly result: StreamResult }
  | MessageNote
  /** A version of this package wrote it that this one does not know. */
  | { readonly kind: 'unknown' }

const VERSION = 1
const KINDS: ReadonlySet<unknown> = new Set(['open', 'growing', 'grown', 'message'])

export const writeNote = (note: SendNote): string => JSON.stringify({ v: VERSION, ...note })

export const readNote = (text: string): SendNote => {
  try {
    const { v, ...note } = JSON.parse(text) as { readonly v: unknown } & SendNote
    return v === VERSION && KINDS.has(note.kind) ? note : { kind: 'unknown' }
  } catch {
    return { kind: 'unknown' }
  }
}

/** The note of a message before its first piece. */
export const plannedMessage = (
  place: Target,
  message: OutgoingMessage,
  pieces: readonly OutgoingMessage[],
  seqs: readonly number[],
): MessageNote => {
  const isPlain = isSerializable(message) && pieces.every(isSerializable)
  const isOnly = pieces.length === 1 && pieces[0] === message
  return {
    kind: 'message',
    place,
    ...(isPlain && !isOnly && { said: message }),
    pieces: isPlain ? pieces : null,
    seqs,
    results: [],
  }
}

/** The note of a message some of whose pieces went out. */
export const advanced = (
  { kind, place, said, pieces, seqs }: MessageNote,
  gone: readonly Gone<ReplyResult>[],
  unsent: readonly OutgoingMessage[],
): MessageNote => ({
  kind,
  place,
  ...(said !== undefined && { said }),
  // Pieces that were too long have been cut again.
  pieces: pieces && [...gone.map(({ piece }) => piece), ...unsent],
  seqs,
  results: gone.map(({ result }) => plain(result)),
  ...(unsent.length === 0 && { whole: true }),
})

const plain = (result: ReplyResult): PlainResult => {
  const { kind, mode } = result
  if (kind === 'parked') {
    const { expiresAt, error } = result
    const { code, message, situation, errCode } = error
    return { kind, mode, expiresAt, error: { code, message, situation, errCode } }
  }
  if (kind === 'audit') return { kind, mode, auditId: result.auditId, traceId: result.traceId }
  if (kind === 'duplicate') return { kind, mode }
  const { id, timestamp, refIdx, traceId } = result
  return { kind, mode, id, timestamp, refIdx, traceId }
}

const PENDING: AuditVerdict = { kind: 'pending' }

/** The result of an earlier run: without its steps and the body of the answer. The verdict of an audit went to that run. */
export const resultOf = (known: PlainResult): ReplyResult => {
  const rest = { id: null, steps: [], ...known }
  if (known.kind === 'parked') {
    const error = new RestError({ delivered: 'no', retry: 'never', ...(known['error'] as Failure) })
    return { ...rest, error } as unknown as ReplyResult
  }
  if (known.kind === 'audit') return { ...rest, audited: async () => PENDING } as unknown as SendResult
  return (known.kind === 'sent' ? { ...rest, body: null } : rest) as unknown as SendResult
}

type Failure = Pick<RestError, 'code' | 'message' | 'situation' | 'errCode'>

/** What an earlier run may have sent without a key. */
export const mayBeSent = (): RestError =>
  new RestError({
    code: 'maybe_sent',
    message: 'an earlier run of this event may have sent this message; it is not sent again',
    situation: 'no_answer',
    delivered: 'unknown',
    retry: 'never',
    advice: {
      en: 'The process that sent it died before the answer was written down, and the platform does not recognise repeats in channels, nor of proactive messages. Look into the chat if it matters.',
      zh: '发送该消息的进程在记录结果之前退出，而平台无法识别频道消息和主动消息的重复发送。如有必要，请在聊天中确认。',
    },
  })
