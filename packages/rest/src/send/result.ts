import type { Clock } from '@qqkit/core'
import { BoundedMap, onAbort, sleep } from '@qqkit/core/internal'

import { isUnderReview } from '../answers/classify-answer.js'
import { unwrapped } from '../answers/read-answer.js'
import { checkTimeout } from '../checks/call-options.js'
import { isObject } from '../http/json.js'
import type { RestAnswer, RestStep } from '../types/call.js'

/**
 * Whether a message was sent as a reply (`'passive'`) or without an anchor (`'proactive'`)
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
 */
export type SendMode = 'passive' | 'proactive'

interface ResultBase {
  readonly mode: SendMode
  /** Retries and fallbacks before the success, in order; empty if the first attempt succeeded. */
  readonly steps: readonly RestStep[]
}

/** The platform accepted the message. */
export interface SentResult extends ResultBase {
  readonly kind: 'sent'
  /** Id for a recall; `null` if the platform gives none, as for typing notices. */
  readonly id: string | null
  /**
   * As received: the platform uses several forms
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
   */
  readonly timestamp: string | number | null
  /** Index for quoting this message later (`message_reference`). */
  readonly refIdx: string | null
  readonly traceId: string | null
  /** The body of the answer. */
  readonly body: unknown
}

/** The message had been delivered by an earlier attempt whose outcome was unknown. */
export interface DuplicateResult extends ResultBase {
  readonly kind: 'duplicate'
  /** Unknown, because the answer with the id was lost. */
  readonly id: null
}

/** The verdict of an audit. */
export type AuditVerdict =
  | { readonly kind: 'passed'; readonly messageId: string | null }
  | { readonly kind: 'rejected' }
  /** No verdict within the time. */
  | { readonly kind: 'pending' }

/**
 * The message waits for a person to review it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
 */
export interface AuditResult extends ResultBase {
  readonly kind: 'audit'
  readonly id: null
  /** `null` if the answer did not name it; then no verdict can be matched to this message. */
  readonly auditId: string | null
  readonly traceId: string | null
  /**
   * Waits for the verdict, which comes as an event, so events must be passed to `rest.observe()`. Returns `pending`
   * after the timeout, when the client closes, and at once without an audit id.
   *
   * @param options.timeout in ms, default 10 minutes
   */
  audited(options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<AuditVerdict>
}

/** The result of a successful send. */
export type SendResult = SentResult | DuplicateResult | AuditResult

/** An event as `rest.observe()` needs it; frames of the gateway and the webhook fit. */
export interface ObservedEvent {
  readonly t?: string | null
  readonly d?: unknown
}

/** Number of verdicts kept for answers that arrive after their event. */
const KEPT = 1000
const PENDING: AuditVerdict = Object.freeze({ kind: 'pending' })

const verdictOf = (event: ObservedEvent): { readonly id: string; readonly verdict: AuditVerdict } | null => {
  // Events may come from outside unchecked.
  if (!isObject(event)) return null
  const { t, d } = event
  if (t !== 'MESSAGE_AUDIT_PASS' && t !== 'MESSAGE_AUDIT_REJECT') return null
  const id = isObject(d) ? d['audit_id'] : undefined
  if (typeof id !== 'string') return null
  const messageId = isObject(d) && typeof d['message_id'] === 'string' ? d['message_id'] : null
  return { id, verdict: t === 'MESSAGE_AUDIT_PASS' ? { kind: 'passed', messageId } : { kind: 'rejected' } }
}

/**
 * Matches audits with the events that carry their verdicts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-9 §4.9}), in either order.
 */
export class AuditTracker {
  readonly #clock: Clock
  /** `undefined` until there is one: most bots have none. */
  #verdicts: BoundedMap<AuditVerdict> | undefined
  #waiting: Map<string, Set<(verdict: AuditVerdict) => void>> | undefined
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes any event; all but verdicts are ignored. */
  observe(event: ObservedEvent): void {
    const seen = verdictOf(event)
    if (!seen) return
    this.#verdicts ??= new BoundedMap({ limit: KEPT })
    this.#verdicts.set(seen.id, seen.verdict)
    for (const tell of this.#waiting?.get(seen.id) ?? []) tell(seen.verdict)
  }

  /** Ends all waits with `pending`. */
  close(): void {
    this.#closed = true
    for (const line of this.#waiting?.values() ?? []) for (const tell of line) tell(PENDING)
  }

  /** The verdict of one audit; `pending` after `timeout` ms, when the client closes, and without an id. */
  async verdict(id: string | null, timeout: number, signal?: AbortSignal): Promise<AuditVerdict> {
    signal?.throwIfAborted()
    checkTimeout(timeout, 0)
    if (id === null) return PENDING
    const known = this.#verdicts?.peek(id)
    if (known || this.#closed) return known ?? PENDING
    const over = new AbortController()
    const leave = signal && onAbort(signal, () => over.abort(signal.reason))
    const waiting = (this.#waiting ??= new Map())
    const line = waiting.get(id) ?? new Set()
    waiting.set(id, line)
    let verdict = PENDING
    const tell = (value: AuditVerdict): void => {
      verdict = value
      over.abort(tell)
    }
    line.add(tell)
    try {
      await sleep(this.#clock, timeout, over.signal)
    } catch (reason) {
      if (reason !== tell) throw reason
    } finally {
      leave?.()
      line.delete(tell)
      if (line.size === 0) waiting.delete(id)
    }
    return verdict
  }
}

const AUDIT_TIMEOUT = 10 * 60_000
const CREATED = 201
const ACCEPTED = 202

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

type Fields = Readonly<Record<string, unknown>>

const auditIdOf = (body: Fields): string | null => {
  const data = body['data']
  const audit = isObject(data) ? data['message_audit'] : undefined
  const nested = isObject(audit) ? text(audit['audit_id']) : null
  // C2C and group answers may name an audit in addition to the id of a sent message (§2.5).
  return nested ?? (text(body['id']) === null ? text(body['audit_id']) : null)
}

/**
 * Whether the message is under audit. Sources disagree about the answer (§2.5), so each sign counts: an audit id, a
 * code of class `audit`, or status 201 or 202 (§2.4) without a message id.
 */
const isAudit = (status: number, body: Fields, auditId: string | null): boolean =>
  auditId !== null ||
  isUnderReview(status, body) ||
  ((status === CREATED || status === ACCEPTED) && text(body['id']) === null)

/** Turns the answer to a send into a result (§5.2, §2.5). */
export const readResult = (
  { status, body, traceId }: RestAnswer,
  mode: SendMode,
  steps: readonly RestStep[],
  audits: AuditTracker,
): SendResult => {
  const fields = unwrapped(body, 'id')
  const auditId = auditIdOf(fields)
  if (isAudit(status, fields, auditId))
    return {
      kind: 'audit',
      mode,
      steps,
      id: null,
      auditId,
      traceId,
      audited: ({ timeout = AUDIT_TIMEOUT, signal } = {}) => audits.verdict(auditId, timeout, signal),
    }
  const { timestamp, ext_info: extra } = fields
  return {
    kind: 'sent',
    mode,
    steps,
    id: text(fields['id']),
    timestamp: typeof timestamp === 'string' || typeof timestamp === 'number' ? timestamp : null,
    refIdx: isObject(extra) ? text(extra['ref_idx']) : null,
    traceId,
    body,
  }
}
