import type { InteractionEntry, MessageEntry } from '../core/kernel/log-entry.js'
import { compare, type DeliveryReport } from './delivery-report.js'
import { conversationKey, type Observations, type Counted, type EventRecord } from './observations.js'

/** A selection of events. */
export interface EventFilter {
  /** Name of the event, e.g. `'C2C_MESSAGE_CREATE'`. */
  readonly t?: string
  /** AppID. */
  readonly bot?: string
}

/** Answers questions about what really happened, independent of the answers that the bot got. */
export class Oracle {
  readonly #observations: Observations

  /** @internal */
  constructor(observations: Observations) {
    this.#observations = observations
  }

  /** The events that were published, in order. */
  events(choice: EventFilter = {}): readonly EventRecord[] {
    return [...this.#observations.events.values()]
      .filter(
        ({ t, bot }) =>
          (choice.t === undefined || choice.t === t) && (choice.bot === undefined || choice.bot === bot),
      )
      .map((event) => ({ ...event }))
  }

  /** Events without a complete transmission over a living connection and without an accepted push. */
  undelivered(choice?: EventFilter): readonly EventRecord[] {
    return this.events(choice).filter(({ sent, accepted }) => sent === 0 && !accepted)
  }

  /**
   * Compares the outer ids of the events that a bot handled, in order, with the published events.
   *
   * @example
   *   const { lost, doubled, reordered } = sim.oracle.judge(handledIds)
   */
  judge(handled: readonly string[], choice?: EventFilter): DeliveryReport {
    return compare(
      this.events(choice).map(({ id, bot, conversation }) => ({
        id,
        conversation: `${bot} ${conversation}`,
      })),
      handled,
    )
  }

  /** Whether an event was published to no session and no webhook, so that no bot will ever receive it. */
  unheard(event: string): boolean {
    const known = this.#observations.events.get(event)
    return known !== undefined && !known.pushed && known.sessions.length === 0
  }

  /** A bot's replies to a message or an event. */
  replies(anchor: string): readonly MessageEntry[] {
    return [...this.#observations.replies.to(anchor)]
  }

  /** Replies that repeat another reply to the same anchor word for word. */
  doubledReplies(): readonly MessageEntry[] {
    return this.#observations.replies
      .groups()
      .flatMap((replies) =>
        replies.filter(
          (reply, index) => replies.findIndex(({ content }) => content === reply.content) < index,
        ),
      )
  }

  /**
   * Proactive messages that repeat, word for word, an earlier reply in the same conversation: the sign of a client that
   * resends a delivered reply. Intended repetitions are included.
   */
  repeatedProactively(): readonly MessageEntry[] {
    const replied = new Map<string, number>()
    for (const { n, content, ...where } of this.#observations.replies.groups().flat()) {
      const key = `${conversationKey(where)} ${content}`
      replied.set(key, Math.min(n, replied.get(key) ?? n))
    }
    return this.#observations.proactive
      .groups()
      .flat()
      .filter((entry) => (replied.get(`${conversationKey(entry)} ${entry.content}`) ?? entry.n) < entry.n)
  }

  /** Number of occurrences: connects, identifies, resumes, token calls, gateway lookups, sends or calls. */
  count(what: Counted): number {
    return this.#observations.moments.get(what)?.count ?? 0
  }

  /** Largest number of occurrences in any window of `ms` milliseconds; default a minute. */
  most(what: Counted, ms = 60_000): number {
    return this.#observations.moments.get(what)?.most(ms) ?? 0
  }

  /** Number of executed calls of a route, whatever their answers. A call counts once it is over for its client. */
  executed(route: string): number {
    return this.#observations.executed.get(route) ?? 0
  }

  /** Number of answers with a code. */
  refused(code: number): number {
    return this.#observations.refusals.get(code) ?? 0
  }

  /** The highest sequence number in the heartbeats of a session, or `null`. */
  acknowledged(session: string): number | null {
    return this.#observations.acknowledged.get(session) ?? null
  }

  /** The outcome of a click as its person saw it: a code after some ms, or a failure. `null` while the click waits. */
  click(id: string): InteractionEntry | null {
    return this.#observations.clicks.get(id) ?? null
  }

  /** The code that acknowledged a click, or `null`. */
  interaction(id: string): number | null {
    return this.#observations.clicks.get(id)?.code ?? null
  }
}
