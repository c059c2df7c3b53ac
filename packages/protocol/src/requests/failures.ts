/**
 * An error body of any generation
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}). A failure where
 * `err_code` or `code` is not 0; which of the two says why is in
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9} (`lookUpError`). May
 * come with HTTP 200.
 */
export interface ErrorBody {
  readonly err_code?: number
  readonly code?: number
  readonly message?: string
  readonly trace_id?: string
  readonly data?: unknown
  /** One client tolerates it. */
  readonly biz_code?: number
  /** One client tolerates it. */
  readonly msg?: string
  /** One client tolerates it. */
  readonly err_msg?: string
}

/**
 * HTTP 201 or 202: accepted, a person decides
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
 */
export interface AuditAnswer extends ErrorBody {
  /** 304023 proactive, 304024 reply. */
  readonly code: 304023 | 304024
  readonly data: { readonly message_audit: { readonly audit_id: string } }
}
