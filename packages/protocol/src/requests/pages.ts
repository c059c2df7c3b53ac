/**
 * A page of a list that goes on with a cursor
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface CursorQuery {
  readonly cursor?: string
  readonly limit?: number
}

/**
 * Where a list goes on; `""` is the end
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface CursorAnswer {
  readonly next_cursor: string
}
