/**
 * The announcement of a guild: a message, or channels that are recommended
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Announce {
  /** Message id; empty for recommended channels, as the channel then is. */
  readonly message: string
  readonly channel: string
  /** 0 for members, 1 as a welcome. */
  readonly type: 0 | 1
  readonly channels: readonly { readonly channel_id: string; readonly introduce: string }[]
}
