import { QqkitError } from '@qqkit/core'

/** Fields of a {@link PagingError}. */
export interface PagingErrorInit {
  readonly endpoint: string
  readonly cursor: string
  readonly pages: number
}

/** A list whose cursor repeats or is missing: the items read so far are incomplete. */
export class PagingError extends QqkitError {
  /** The endpoint that was called, e.g. `'GET /v2/panels'`. */
  readonly endpoint: string
  /** The cursor of the next page; empty if there was none. */
  readonly cursor: string
  /** Pages read. */
  readonly pages: number

  constructor({ endpoint, cursor, pages }: PagingErrorInit) {
    const where = cursor === '' ? 'without a cursor' : 'with a cursor that it gave before'
    super({
      code: 'paging_stuck',
      message: `${endpoint}: after ${pages} pages the list continues ${where}`,
      advice: {
        en: 'The list was not read completely. Read it again later; if that does not help, report it to the platform.',
        zh: '已读取的内容不是完整列表。请稍后重新读取；如仍无效，请反馈给平台。',
      },
    })
    this.endpoint = endpoint
    this.cursor = cursor
    this.pages = pages
  }

  /** Whether `value` is a `PagingError`, even from another copy of the package. */
  static override is(value: unknown): value is PagingError {
    return QqkitError.is(value) && value.code === 'paging_stuck'
  }
}

/** How one list of the API is paged. */
export interface Paging<Answer, Item> {
  /** The parameter of the cursor. */
  readonly at: string
  /** Where the parameters go; default `query`. */
  readonly place?: 'query' | 'body'
  /** Cursor of the first page, if one is required. */
  readonly first?: string | number
  /** Items per page, if the platform takes a `limit`. */
  readonly limit?: number
  /** Whether only the first page takes the limit. */
  readonly limitOnce?: boolean
  /** The items of a page; `undefined` if the answer has no list. */
  readonly items: (answer: Answer) => readonly Item[] | undefined
  /** Cursor of the next page; `null` at the end, `''` if the list continues without a cursor. */
  readonly next: (page: Page<Answer, Item>) => string | number | null
  /** Id of an item, in lists that may return one twice. */
  readonly id?: (item: Item) => string | undefined
}

/** A page and its cursor. */
export interface Page<Answer, Item> {
  readonly answer: Answer
  readonly items: readonly Item[]
  readonly cursor: string | number | undefined
}

/** Pages in a row that may bring no new item, so that no list is endless. */
const MOST_BARREN = 10

const isNew = <Item>(item: Item, id: Paging<unknown, Item>['id'], seen: Set<string>): boolean => {
  const name = id?.(item)
  if (name === undefined) return true
  const before = seen.size
  return seen.add(name).size > before
}

/** An answer without a list counts as an empty page. */
const listIn = <Item>(found: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(found) ? found : []

/**
 * Reads a list to its end, one page at a time and none ahead: the next page is asked for when its first item is.
 *
 * @throws PagingError when the cursor repeats; errors of `read`; `signal.reason` on abort
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
