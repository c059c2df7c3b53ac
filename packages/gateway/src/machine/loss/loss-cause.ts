import { cutText, isError, messageOf } from '@qqkit/core/internal'

import type { IdentifyRefusedError } from '../../errors/identify-refused-error.js'

/** What a connection, or the attempt at one, ended with. */
export type LossCause =
  /** The server, or the network (1006), closed the socket. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly error?: unknown }
  /** The server answered the upgrade with an HTTP status; `retryAfter` in ms, where it said so. */
  | {
      readonly kind: 'upgrade'
      readonly status: number
      readonly retryAfter: number | null
      readonly error?: unknown
    }
  /** op 7 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}). */
  | { readonly kind: 'reconnect' }
  /** op 9 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}). */
  | { readonly kind: 'invalid_session'; readonly resumable: boolean }
  /** Identify was refused again, by op 9 or by a close, and not for its token. */
  | { readonly kind: 'refused'; readonly error: IdentifyRefusedError; readonly rule: string | number }
  /** Deaf: nothing arrives, or nothing acknowledges. */
  | { readonly kind: 'zombie'; readonly sign: 'silence' | 'no_ack' }
  /** What was due did not come. */
  | { readonly kind: 'timeout'; readonly awaited: Awaited }
  /** No turn to identify came. */
  | { readonly kind: 'no_permit' }
  /** Token or gateway address could not be had. */
  | { readonly kind: 'access'; readonly fault: 'rate_limited' | 'unavailable'; readonly error?: unknown }
  /** The day's session budget allows no Identify yet. */
  | { readonly kind: 'budget'; readonly delay: number }
  /** The session has reached its greatest age. */
  | { readonly kind: 'aged' }
  /** READY without a session id. */
  | { readonly kind: 'bad_ready' }
  /** A message that could not be read, and may have been an event. */
  | { readonly kind: 'garbled'; readonly problem: string }
  /** Something of ours threw where it must not. */
  | { readonly kind: 'fault'; readonly error?: unknown }

/** What a deadline waits for. */
export type Awaited = 'socket' | 'HELLO' | 'READY' | 'RESUMED'

const sentences: { readonly [K in LossCause['kind']]: (cause: Extract<LossCause, { kind: K }>) => string } = {
  closed: ({ code, reason }) =>
    `the connection was closed with ${code}${reason === '' ? '' : ` (${reason})`}`,
  upgrade: () => 'the socket was refused',
  reconnect: () => 'the server asked to reconnect (op 7)',
  invalid_session: ({ resumable }) =>
    `the server called the session invalid (op 9), ${resumable ? 'resuming is' : 'resuming is not'} allowed`,
  refused: ({ error }) => error.message,
  zombie: ({ sign }) =>
    sign === 'silence' ? 'nothing arrived for a whole heartbeat' : 'three heartbeats were not acknowledged',
  timeout: ({ awaited }) =>
    awaited === 'socket' ? 'the socket did not open in time' : `${awaited} did not come in time`,
  no_permit: () => 'no turn to identify came in time',
  access: ({ fault }) =>
    fault === 'rate_limited' ? 'token or gateway lookup is rate limited' : 'token or gateway lookup failed',
  budget: () => 'the session budget of the day allows no session yet',
  aged: () => 'the session has reached its greatest age',
  bad_ready: () => 'READY came without a session id',
  garbled: ({ problem }) => `the gateway sent ${problem}`,
  fault: () => 'an internal part failed unexpectedly',
}

/** What is told of an error's message, in characters: it may hold a whole page. */
const TOLD = 200

/** The error behind a cause, if there is one. */
export const errorOf = (cause: LossCause): unknown => ('error' in cause ? cause.error : undefined)

/** A cause as a sentence. */
export const describeCause = (cause: LossCause): string => {
  const sentence = (sentences[cause.kind] as (cause: LossCause) => string)(cause)
  const error = errorOf(cause)
  const said = isError(error) ? messageOf(error) : sentence
  return said === sentence ? sentence : `${sentence}: ${cutText(said, TOLD)}`
}
