import type { Clock } from '@qqkit/core'
import { BoundedMap, onAbort, sleep } from '@qqkit/core/internal'

import { checkTimeout } from '../checks/check-timeout.js'
import { isObject } from '../http/read-answer.js'
import type { AuditVerdict } from '../send/result.js'

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
export class AuditBoard {
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
