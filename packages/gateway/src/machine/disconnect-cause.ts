import { cutText, isError, messageOf } from '@qqkit/core/internal'
import type { Rule } from '@qqkit/reconnect-policy'

import type { IdentifyRefusedError } from './errors.js'

/** Why a connection, or an attempt at one, ended. */
export type DisconnectCause =
  /** The server, or the network (1006), closed the socket. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly error?: unknown }
  /** The server answered the upgrade with an HTTP status; `retryAfter` in ms, where the answer had one. */
  | {
      readonly kind: 'upgrade'
      readonly status: number
      readonly retryAfter: number | null
      readonly error?: unknown
    }
  /** op 7 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}). */
  | { readonly kind: 'reconnect' }
  /** op 9 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}). */
  | { readonly kind: 'session_refused'; readonly resumable: boolean }
  /** Identify was refused repeatedly, by op 9 or by a close, and not for its token. */
  | { readonly kind: 'refused'; readonly error: IdentifyRefusedError; readonly rule: string | number }
  /** Zombie: nothing arrives, or no heartbeat is acknowledged. */
  | { readonly kind: 'zombie'; readonly sign: 'silence' | 'no_ack' }
  /** An expected answer did not arrive in time. */
  | { readonly kind: 'timeout'; readonly awaited: Awaited }
  /** No identify permit came in time. */
  | { readonly kind: 'no_permit' }
  /** Token or gateway address could not be obtained. */
  | { readonly kind: 'access'; readonly fault: 'rate_limited' | 'unavailable'; readonly error?: unknown }
  /** The daily session budget allows no Identify yet. */
  | { readonly kind: 'budget'; readonly delay: number }
  /** The session exceeds `maxSessionAge`. */
  | { readonly kind: 'aged' }
  /** READY without a session id. */
  | { readonly kind: 'bad_ready' }
  /** A message that could not be parsed, and may have been an event. The kind is also a key of `counters.disconnects`. */
  | { readonly kind: 'garbled'; readonly problem: string }
  /** Unexpected internal error. */
  | { readonly kind: 'fault'; readonly error?: unknown }

/** The answer that a deadline waits for. */
export type Awaited = 'socket' | 'HELLO' | 'READY' | 'RESUMED'

const sentences: {
  readonly [K in DisconnectCause['kind']]: (cause: Extract<DisconnectCause, { kind: K }>) => string
} = {
  closed: ({ code, reason }) =>
    `the connection was closed with ${code}${reason === '' ? '' : ` (${reason})`}`,
  upgrade: () => 'the socket was refused',
  reconnect: () => 'the server asked to reconnect (op 7)',
  session_refused: ({ resumable }) =>
    `the server refused the session (op 9), ${resumable ? 'resuming is' : 'resuming is not'} allowed`,
  refused: ({ error }) => error.message,
  zombie: ({ sign }) =>
    sign === 'silence'
      ? 'nothing arrived for a whole heartbeat interval'
      : 'three heartbeats were not acknowledged',
  timeout: ({ awaited }) =>
    awaited === 'socket' ? 'the socket did not open in time' : `${awaited} did not come in time`,
  no_permit: () => 'no identify permit came in time',
  access: ({ fault }) =>
    fault === 'rate_limited' ? 'token or gateway lookup is rate limited' : 'token or gateway lookup failed',
  budget: () => 'the daily session budget is used up',
  aged: () => 'the session is older than maxSessionAge',
  bad_ready: () => 'READY came without a session id',
  garbled: ({ problem }) => `the gateway sent ${problem}`,
  fault: () => 'unexpected internal error',
}

/** Characters quoted of an error's message, which may be a whole page. */
const MAX_QUOTE = 200

/** The error behind a cause, if there is one. */
export const errorOf = (cause: DisconnectCause): unknown => ('error' in cause ? cause.error : undefined)

/** A cause as a sentence. */
export const describeCause = (cause: DisconnectCause): string => {
  const sentence = (sentences[cause.kind] as (cause: DisconnectCause) => string)(cause)
  const error = errorOf(cause)
  const said = isError(error) ? messageOf(error) : sentence
  return said === sentence ? sentence : `${sentence}: ${cutText(said, MAX_QUOTE)}`
}

/** Rules for causes of the gateway that the policy's defaults do not have. */
export const causeRules: Readonly<Record<string, Partial<Rule>>> = {
  /** Other shards had the permits: not a failure, so no attempt is counted. */
  no_permit: { delay: 5000 },
  /** The disconnect carries the wait that the platform named. */
  session_budget: {},
  session_aged: { session: 'drop' },
  bad_ready: {},
  /** Each refusal may cost one of the day's sessions, so the waits grow as after op 9. */
  identify_refused: { session: 'drop', token: 'refresh', delay: 'session_refused' },
  garbled: {},
  upgrade_refused: {},
  upgrade_unauthorized: { token: 'refresh' },
  /** A moment to recover; no attempt is counted, since the platform is not to blame. */
  internal_fault: { delay: 5000 },
}

/** Policy rules of HTTP statuses of an upgrade; others are `upgrade_refused`. */
const upgradeRules: Readonly<Record<number, string>> = {
  401: 'upgrade_unauthorized',
  429: 'rate_limited',
  503: 'unavailable',
}

type KeyOf = {
  readonly [K in DisconnectCause['kind']]: (cause: Extract<DisconnectCause, { kind: K }>) => string | number
}

const keys: KeyOf = {
  closed: ({ code }) => code,
  session_refused: ({ resumable }) => (resumable ? 'session_resumable' : 'session_invalid'),
  refused: ({ rule }) => rule,
  access: ({ fault }) => fault,
  budget: () => 'session_budget',
  aged: () => 'session_aged',
  fault: () => 'internal_fault',
  upgrade: ({ status }) => upgradeRules[status] ?? 'upgrade_refused',
  reconnect: () => 'reconnect',
  zombie: () => 'zombie',
  timeout: () => 'timeout',
  no_permit: () => 'no_permit',
  bad_ready: () => 'bad_ready',
  garbled: () => 'garbled',
}

/** The key of the policy rule for a cause: a close code, or a name. */
export const ruleKey = (cause: DisconnectCause): string | number =>
  (keys[cause.kind] as (cause: DisconnectCause) => string | number)(cause)
