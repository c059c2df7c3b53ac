/** A page of a list that goes on with a cursor (§5.8, §5.9). */
export interface CursorQuery {
  readonly cursor?: string
  readonly limit?: number
}

/** Where a list goes on; `""` is the end (§5.8). */
export interface CursorAnswer {
  readonly next_cursor: string
}
