/**
 * Ids of the built-in guild roles
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const BuiltInRole = { Everyone: '1', Admin: '2', Owner: '4', ChannelAdmin: '5' } as const
/** Id of a built-in guild role. */
export type BuiltInRole = (typeof BuiltInRole)[keyof typeof BuiltInRole]

/** A guild role ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface Role {
  readonly id: string
  readonly name: string
  /** ARGB as an unsigned 32-bit number. */
  readonly color: number
  /** Whether members are shown apart. */
  readonly hoist: 0 | 1
  /** How many members have it. */
  readonly number?: number
  readonly member_limit?: number
}
