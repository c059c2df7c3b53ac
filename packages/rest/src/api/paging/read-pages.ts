import type { Paging } from './paging.js'
import { PagingError } from './paging-error.js'

/** Pages in a row that may bring nothing new: no list goes on for ever. */
const MOST_BARREN = 10

const isNew = <Item>(item: Item, id: Paging<unknown, Item>['id'], seen: Set<string>): boolean => {
  const name = id?.(item)
  if (name === undefined) return true
  const before = seen.size
  return seen.add(name).size > before
}

/** An answer without a list is a page without items. */
const listIn = <Item>(found: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(found) ? found : []

/**
 * Reads a list to its end, one page at a time and none ahead: the next page is asked for when its first item is.
 *
 * @throws PagingError when the list leads in a circle; what `read` throws; `signal.reason` on abort
 */
export async function* readPages<Answer, Item>(
  endpoint: string,
  { at, first, limit, limitOnce = false, items: itemsOf, next: nextOf, id }: Paging<Answer, Item>,
  given: object,
  read: (part: object) => Promise<Answer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>()
  const cursors = new Set<string>()
  let fixed: Readonly<Record<string, unknown>> = { ...(limit !== undefined && { limit }), ...given }
  let cursor = (fixed[at] as string | number | undefined) ?? first
  let barren = 0
  for (let pages = 1; ; pages += 1) {
    if (cursor !== undefined) cursors.add(String(cursor))
    const answer = await read(cursor === undefined ? fixed : { ...fixed, [at]: cursor })
    const items = listIn(itemsOf(answer))
    barren += 1
    for (const item of items) {
      if (!isNew(item, id, seen)) continue
      barren = 0
      yield item
      signal?.throwIfAborted()
    }
    const next = nextOf({ answer, items, cursor })
    if (next === null) return
    if (next === '' || cursors.has(String(next)) || barren >= MOST_BARREN)
      throw new PagingError({ endpoint, cursor: String(next), pages })
    cursor = next
    if (limitOnce) fixed = { ...fixed, limit: undefined }
  }
}
