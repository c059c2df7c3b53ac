/** The fields of both audit results ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-9 §4.9}). */
export interface MessageAudit {
  readonly audit_id: string
  /** Filled when the message passed. */
  readonly message_id?: string
  readonly guild_id?: string
  readonly channel_id?: string
  /** RFC 3339. */
  readonly audit_time?: string
  /** RFC 3339. */
  readonly create_time?: string
  readonly seq_in_channel?: string
  /** One client only. */
  readonly user_openid?: string
  /** One client only. */
  readonly group_openid?: string
}

/** `MESSAGE_AUDIT_PASS` ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-9 §4.9}). */
export interface MessageAuditPass extends MessageAudit {
  readonly message_id: string
}

/** `MESSAGE_AUDIT_REJECT` ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-9 §4.9}). */
export type MessageAuditReject = MessageAudit
