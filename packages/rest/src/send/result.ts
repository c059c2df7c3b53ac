import type { Clock } from '@qqkit/core'
import { BoundedMap, onAbort, sleep } from '@qqkit/core/internal'

import { isUnderReview } from '../answers/classify-answer.js'
import { checkTimeout } from '../checks/call-options.js'
import { isObject } from '../http/json.js'
import type { RestAnswer, RestStep } from '../types/call.js'

/**
 * Whether a message went out as a reply or on the bot's own initiative
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
 */
export type SendMode = 'passive' | 'proactive'

interface ResultBase {
  readonly mode: SendMode
  /** Retries and fallbacks that came before, in order; empty when the first attempt did it. */
  readonly steps: readonly RestStep[]
}

/** The platform took the message. */
export interface SentResult extends ResultBase {
  readonly kind: 'sent'
  /** Id for a recall; `null` where the platform gives none, as for typing notices. */
  readonly id: string | null
  /**
   * As it came: the platform is not of one mind about its form
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
   */
  readonly timestamp: string | number | null
  /** Index for quoting this message later (`message_reference`). */
  readonly refIdx: string | null
  readonly traceId: string | null
  /** The whole body. */
  readonly body: unknown
}

/** The message had been delivered before, by an attempt whose outcome was not known. */
export interface DuplicateResult extends ResultBase {
  readonly kind: 'duplicate'
  /** Not known: the answer that carried it was lost. */
  readonly id: null
}

/** What a person decided about a message. */
export type AuditVerdict =
  | { readonly kind: 'passed'; readonly messageId: string | null }
  | { readonly kind: 'rejected' }
  /** Nobody has decided within the time. */
  | { readonly kind: 'pending' }

/**
 * The message waits for a person to look at it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
 */
export interface AuditResult extends ResultBase {
  readonly kind: 'audit'
  readonly id: null
  /** `null` when the answer did not name it; then no verdict can be told to belong to this message. */
  readonly auditId: string | null
  readonly traceId: string | null
  /**
   * Waits for the verdict, which comes as an event: needs events fed to `rest.observe()`. `pending` after the timeout, and
   * when the client is closed; at once without an audit id.
   *
   * @param options.timeout in ms, default 10 minutes
   */
  audited(options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<AuditVerdict>
}

/** How a send ended well. */
export type SendResult = SentResult | DuplicateResult | AuditResult

/** The part of an event that matters here; frames of the gateway and the webhook fit. */
export interface ObservedEvent {
  readonly t?: string | null
  readonly d?: unknown
}

/** Verdicts kept for answers that come later than their event. */
const KEPT = 1000
const PENDING: AuditVerdict = Object.freeze({ kind: 'pending' })

const verdictOf = (event: ObservedEvent): { readonly id: string; readonly verdict: AuditVerdict } | null => {
  // Frames come from outside, and not all of them are checked.
  if (!isObject(event)) return null
  const { t, d } = event
  if (t !== 'MESSAGE_AUDIT_PASS' && t !== 'MESSAGE_AUDIT_REJECT') return null
  const id = isObject(d) ? d['audit_id'] : undefined
  if (typeof id !== 'string') return null
  const messageId = isObject(d) && typeof d['message_id'] === 'string' ? d['message_id'] : null
  return { id, verdict: t === 'MESSAGE_AUDIT_PASS' ? { kind: 'passed', messageId } : { kind: 'rejected' } }
}

/**
 * Brings together audits and the events that decide them
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-9 §4.9}), in whichever order they come.
 */
export class AuditTracker {
  readonly #clock: Clock
  readonly #verdicts = new BoundedMap<AuditVerdict>({ limit: KEPT })
  readonly #waiting = new Map<string, Set<(verdict: AuditVerdict) => void>>()
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes any event; all but the two verdicts are ignored. */
  observe(event: ObservedEvent): void {
    const seen = verdictOf(event)
    if (!seen) return
    this.#verdicts.set(seen.id, seen.verdict)
    for (const tell of this.#waiting.get(seen.id) ?? []) tell(seen.verdict)
  }

  /** Ends all waits: no event will be fed any more. */
  close(): void {
    this.#closed = true
    for (const line of this.#waiting.values()) for (const tell of line) tell(PENDING)
  }

  /** The verdict on one audit, or `pending` after `timeout` ms, once the client is closed, and for an audit without an id. */
  async verdict(id: string | null, timeout: number, signal?: AbortSignal): Promise<AuditVerdict> {
    signal?.throwIfAborted()
    checkTimeout(timeout, 0)
    if (id === null) return PENDING
    const known = this.#verdicts.peek(id)
    if (known || this.#closed) return known ?? PENDING
    const over = new AbortController()
    const leave = signal && onAbort(signal, () => over.abort(signal.reason))
    const line = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, line)
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
      if (line.size === 0) this.#waiting.delete(id)
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
  // C2C and group answers may name an audit beside the id of a message that was sent (§2.5).
  return nested ?? (text(body['id']) === null ? text(body['audit_id']) : null)
}

/**
 * Whether the message waits for a person. The sources do not agree on the answer (§2.5), so any of its marks will do: an
 * audit id, a code of class `audit`, or a status that says "accepted asynchronously" (§2.4) without the id of a message.
 */
const isAudit = (status: number, body: Fields, auditId: string | null): boolean =>
  auditId !== null ||
  isUnderReview(status, body) ||
  ((status === CREATED || status === ACCEPTED) && text(body['id']) === null)

/** Those of the message: some answers of the field wrap them (§2.3). */
const fieldsOf = (body: unknown): Fields => {
  const fields = isObject(body) ? body : {}
  const data = fields['data']
  return text(fields['id']) === null && isObject(data) ? { ...fields, ...data, data } : fields
}

/** Makes a result of the answer to a send (§5.2, §2.5). */
export const readResult = (
  { status, body, traceId }: RestAnswer,
  base: { readonly mode: SendMode; readonly steps: readonly RestStep[] },
  audits: AuditTracker,
): SendResult => {
  const fields = fieldsOf(body)
  const auditId = auditIdOf(fields)
  if (isAudit(status, fields, auditId))
    return {
      kind: 'audit',
      ...base,
      id: null,
      auditId,
      traceId,
      audited: ({ timeout = AUDIT_TIMEOUT, signal } = {}) => audits.verdict(auditId, timeout, signal),
    }
  const { timestamp, ext_info: extra } = fields
  return {
    kind: 'sent',
    ...base,
    id: text(fields['id']),
    timestamp: typeof timestamp === 'string' || typeof timestamp === 'number' ? timestamp : null,
    refIdx: isObject(extra) ? text(extra['ref_idx']) : null,
    traceId,
    body,
  }
}
