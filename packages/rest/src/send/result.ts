import type { RestStep } from '../pipeline/step.js'

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
