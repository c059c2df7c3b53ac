import type { ParkLimits } from './park-store.js'
import type { ParkedReply } from './parked-reply.js'

/** Replies that wait, by conversation. */
type Page = readonly (readonly [conversation: string, replies: readonly ParkedReply[]])[]

/** The replies that wait, in order and bounded. A value: changes give a new one. */
export class ParkBook {
  readonly #conversations: ReadonlyMap<string, readonly ParkedReply[]>

  constructor(page: Page = []) {
    this.#conversations = new Map(page)
  }

  /** For keeping: plain JSON. */
  get page(): Page {
    return [...this.#conversations]
  }

  put(
    conversation: string,
    reply: ParkedReply,
    { perConversation, total }: Required<ParkLimits>,
  ): { readonly book: ParkBook; readonly dropped: readonly ParkedReply[] } {
    const waiting = [...(this.#conversations.get(conversation) ?? []), reply].toSorted(byId)
    const crowded = waiting.slice(0, -perConversation)
    const book = this.#with(conversation, waiting.slice(-perConversation))
    const oldest = book.#size > total ? book.#oldest() : null
    if (!oldest) return { book, dropped: crowded }
    return { book: book.#without(oldest[0], oldest[1]), dropped: [...crowded, oldest[1]] }
  }

  take(conversation: string): { readonly book: ParkBook; readonly reply: ParkedReply } | null {
    const reply = this.#conversations.get(conversation)?.[0]
    return reply ? { book: this.#without(conversation, reply), reply } : null
  }

  get #size(): number {
    return [...this.#conversations.values()].reduce((sum, { length }) => sum + length, 0)
  }

  #oldest(): readonly [string, ParkedReply] | null {
    const firsts = this.page.flatMap(([name, [first]]) => (first ? [[name, first] as const] : []))
    return firsts.toSorted(([, one], [, other]) => byId(one, other))[0] ?? null
  }

  #with(conversation: string, replies: readonly ParkedReply[]): ParkBook {
    const others = this.page.filter(([name]) => name !== conversation)
    return new ParkBook(replies.length === 0 ? others : [...others, [conversation, replies]])
  }

  #without(conversation: string, { id }: ParkedReply): ParkBook {
    const replies = this.#conversations.get(conversation) ?? []
    return this.#with(
      conversation,
      replies.filter((reply) => reply.id !== id),
    )
  }
}

const byId = (one: ParkedReply, other: ParkedReply): number =>
  one.id < other.id ? -1 : one.id > other.id ? 1 : 0
