/**
 * The answer of the applicant ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface JoinVerifyInfo {
  readonly method: 'verify_message' | 'admin_review_qa'
  readonly verify_message?: string
  readonly review_qa_list?: readonly { readonly question: string; readonly answer: string }[]
}

/**
 * An application to join a group: `GROUP_JOIN_REQUEST` and the rows of its list
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinRequest {
  readonly group_openid: string
  /** Long, url-safe, opaque. */
  readonly join_request_id: string
  readonly risk_tips?: string
  readonly union_openid?: string
  readonly member_openid: string
  readonly username: string
  /** RFC 3339. */
  readonly apply_at: string
  readonly apply_source: 'self_apply' | 'invited'
  readonly invited_by?: string
  readonly bot?: boolean
  readonly verify_info?: JoinVerifyInfo
  /** Only when a strategy already accepted. */
  readonly auto_approved?: { readonly strategy_id: string }
}
