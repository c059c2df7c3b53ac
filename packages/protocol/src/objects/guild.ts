/** A guild ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface Guild {
  readonly id: string
  readonly name: string
  readonly icon?: string
  readonly owner_id: string
  /** Whether the caller owns it. */
  readonly owner?: boolean
  readonly member_count?: number
  readonly max_members?: number
  readonly description?: string
  /** RFC 3339. */
  readonly joined_at?: string
  /** One official SDK only ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}). */
  readonly channels?: readonly unknown[]
  /** One official SDK only ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}). */
  readonly union_world_id?: string
  /** One official SDK only ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}). */
  readonly union_org_id?: string
}
