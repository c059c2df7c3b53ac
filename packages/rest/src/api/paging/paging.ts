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
