import { cutText, isError, messageOf } from '@qqkit/core/internal'
import type { Rule } from '@qqkit/reconnect-policy'

import type { IdentifyRefusedError } from './errors.js'

/** What a connection, or the attempt at one, ended with. */
export type DisconnectCause =
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

const sentences: {
  readonly [K in DisconnectCause['kind']]: (cause: Extract<DisconnectCause, { kind: K }>) => string
} = {
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
export const errorOf = (cause: DisconnectCause): unknown => ('error' in cause ? cause.error : undefined)

/** A cause as a sentence. */
export const describeCause = (cause: DisconnectCause): string => {
  const sentence = (sentences[cause.kind] as (cause: DisconnectCause) => string)(cause)
  const error = errorOf(cause)
  const said = isError(error) ? messageOf(error) : sentence
  return said === sentence ? sentence : `${sentence}: ${cutText(said, TOLD)}`
}

/** Causes of our own that the policy's default rules do not name. */
export const causeRules: Readonly<Record<string, Partial<Rule>>> = {
  /** Others had their turn first: no fault, so no attempt. */
  no_permit: { delay: 5000 },
  /** Comes with the wait that the platform told. */
  session_budget: {},
  session_aged: { session: 'drop' },
  bad_ready: {},
  /** Whatever it was refused with: each may cost one of the sessions that a day has, so the waits grow as after op 9. */
  identify_refused: { session: 'drop', token: 'refresh', delay: 'invalid_session' },
  garbled: {},
  upgrade_refused: {},
  upgrade_unauthorized: { token: 'refresh' },
  /** Whatever threw gets a moment to recover; no attempt, since the platform is not to blame. */
  internal_fault: { delay: 5000 },
}

/** What the statuses of an upgrade say. Others are a fault like any other. */
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
  invalid_session: ({ resumable }) => (resumable ? 'session_paused' : 'session_invalid'),
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

/** The row of the policy that a cause stands for. */
export const ruleKey = (cause: DisconnectCause): string | number =>
  (keys[cause.kind] as (cause: DisconnectCause) => string | number)(cause)
