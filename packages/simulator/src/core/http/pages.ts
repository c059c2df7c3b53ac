/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[]
  /** Where the list goes on; `''` is the end (§5.8). */
  readonly next: string
}

/**
 * The page after a cursor, which is the last key of the page before. A list in the order of its keys stays whole while
 * entries come and go between two pages.
 */
export const pageAfter = <T>(entries: ReadonlyMap<string, T>, cursor: string, size: number): ListPage<T> => {
  const keys = [...entries.keys()].filter((key) => key > cursor).toSorted()
  const shown = keys.slice(0, size)
  return {
    items: shown.map((key) => entries.get(key) as T),
    next: keys.length > size ? (shown.at(-1) ?? '') : '',
  }
}
