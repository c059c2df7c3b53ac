import { QqkitError } from '@qqkit/core'

/** What a {@link PagingError} is made of. */
export interface PagingErrorInit {
  readonly endpoint: string
  readonly cursor: string
  readonly pages: number
}

/** A list that says it goes on but leads nowhere: what was read so far is not all of it. */
export class PagingError extends QqkitError {
  /** The call that was made, e.g. `'GET /v2/panels'`. */
  readonly endpoint: string
  /** Where the list wanted to go on; empty when it did not say. */
  readonly cursor: string
  /** Pages read. */
  readonly pages: number

  constructor({ endpoint, cursor, pages }: PagingErrorInit) {
    const where = cursor === '' ? 'without saying where' : 'at a place where it has been'
    super({
      code: 'paging_stuck',
      message: `${endpoint}: after ${pages} pages the list goes on ${where}`,
      advice: {
        en: 'What was read is not the whole list. Read it again later; if that does not help, report it to the platform.',
        zh: '已读取的内容不是完整列表。请稍后重新读取；如仍无效，请反馈给平台。',
      },
    })
    this.endpoint = endpoint
    this.cursor = cursor
    this.pages = pages
  }

  /** Whether `value` is one, whichever copy of the package made it. */
  static override is(value: unknown): value is PagingError {
    return QqkitError.is(value) && value.code === 'paging_stuck'
  }
}

/** How one list of the API pages. */
export interface Paging<Answer, Item> {
  /** The parameter that says where a page begins. */
  readonly at: string
  /** Where the parameters stand; default `query`. */
  readonly place?: 'query' | 'body'
  /** Where the first page begins, where that has to be said. */
  readonly first?: string | number
  /** Items to ask for, where the platform takes a `limit`. */
  readonly limit?: number
  /** Whether the limit goes with the first page only: the cursor knows it then. */
  readonly limitOnce?: boolean
  /** The items of a page; `undefined` when the answer names none. */
  readonly items: (answer: Answer) => readonly Item[] | undefined
  /** Where the next page begins; `null` at the end, `''` when it goes on without saying where. */
  readonly next: (page: Page<Answer, Item>) => string | number | null
  /** What tells items apart, in lists that may give one twice. */
  readonly id?: (item: Item) => string | undefined
}

/** A page, and where it began. */
export interface Page<Answer, Item> {
  readonly answer: Answer
  readonly items: readonly Item[]
  readonly cursor: string | number | undefined
}

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
