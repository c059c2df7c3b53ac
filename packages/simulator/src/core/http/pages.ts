/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[]
  /** Cursor of the next page; `''` is the end (§5.8). */
  readonly next: string
}

/**
 * The page after a cursor, the last key of the page before. The order by key keeps pages complete while entries are
 * added and removed.
 */
export const pageAfter = <T>(entries: ReadonlyMap<string, T>, cursor: string, size: number): ListPage<T> => {
  const keys = [...entries.keys()].filter((key) => key > cursor).toSorted()
  const shown = keys.slice(0, size)
  return {
    items: shown.map((key) => entries.get(key) as T),
    next: keys.length > size ? (shown.at(-1) ?? '') : '',
  }
}
