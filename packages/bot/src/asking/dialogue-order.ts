import type { Context } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import type { IntakeHost } from '../routing/intake.js'

/** One dialogue of a bot, as the others see it. */
export interface Fellow {
  /** Whether a message reaches it: it was not removed, and its composer lets the message through. */
  readonly isReached: (ctx: Context) => boolean
  /** When it asked what a message answers; `null`: the message is no answer. `Infinity`: an earlier run took the same message. */
  readonly answeredAt: (ctx: MessageContext) => Promise<number | null>
  /** When it asked the person of an event, in its place; `null`: no question is open. */
  readonly askedAt: (ctx: Context) => Promise<number | null>
}

/**
 * The dialogues of one bot. Where several wait for one person in one place, a message answers the one that asked last; what that one
 * does not take is for the one before.
 */
export class DialogueOrder {
  static readonly #ofHosts = new WeakMap<IntakeHost, DialogueOrder>()
  readonly #fellows: Fellow[] = []
  readonly #takers = new WeakMap<Context, Promise<Fellow | null>>()

  /** Every feature of one run of a bot has the same host. */
  static of(host: IntakeHost): DialogueOrder {
    const known = this.#ofHosts.get(host)
    if (known) return known
    const made = new DialogueOrder()
    this.#ofHosts.set(host, made)
    return made
  }

  add(fellow: Fellow): void {
    this.#fellows.push(fellow)
  }

  /** Whether a message is for one of them, if it is for any. */
  async isFor(fellow: Fellow, ctx: MessageContext): Promise<boolean> {
    if (this.#fellows.length === 1) return true
    const known = this.#takers.get(ctx) ?? this.#takerOf(ctx)
    this.#takers.set(ctx, known)
    return (await known) === fellow
  }

  /** The time of a question that is asked now: later than that of any other to this person, however wrong the clocks of processes are. */
  async timeOf(fellow: Fellow, ctx: Context, now: number): Promise<number> {
    const others = this.#fellows.filter((one) => one !== fellow)
    const times = await Promise.all(others.map(async (one) => one.askedAt(ctx)))
    return Math.max(now, ...times.map((time) => (time ?? -Infinity) + 1))
  }

  async #takerOf(ctx: MessageContext): Promise<Fellow | null> {
    const reached = this.#fellows.filter((one) => one.isReached(ctx))
    const found = await Promise.all(
      reached.map(async (fellow) => ({ fellow, at: await fellow.answeredAt(ctx) })),
    )
    const takers = found.filter(({ at }) => at !== null)
    return takers.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0))[0]?.fellow ?? null
  }
}
