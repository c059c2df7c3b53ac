/**
 * A page of a list with a cursor
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export interface CursorQuery {
  readonly cursor?: string
  readonly limit?: number
}

/**
 * The cursor of the next page; `""` is the end
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface CursorAnswer {
  readonly next_cursor: string
}
