import type { InteractionEntry, MessageEntry } from '../core/kernel/log-entry.js'
import { compare, type DeliveryReport } from './delivery-report.js'
import { conversationKey, type Observations, type Counted, type EventRecord } from './observations.js'

/** Which events a question is about. */
export interface EventFilter {
  /** Name of the event, e.g. `'C2C_MESSAGE_CREATE'`. */
  readonly t?: string
  /** AppID. */
  readonly bot?: string
}

/** Knows what really happened, whatever the bot was told. */
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

  /** Events that never left whole over a connection that was alive (as text or bytes, of any size), and were accepted by no webhook. */
  undelivered(choice?: EventFilter): readonly EventRecord[] {
    return this.events(choice).filter(({ sent, accepted }) => sent === 0 && !accepted)
  }

  /** Compares the outer ids that a bot handled, in order, with what was published. */
  judge(handled: readonly string[], choice?: EventFilter): DeliveryReport {
    return compare(
      this.events(choice).map(({ id, bot, conversation }) => ({
        id,
        conversation: `${bot} ${conversation}`,
      })),
      handled,
    )
  }

  /** The messages with which a bot replied to a message or an event. */
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
   * Proactive messages that repeat, word for word, a reply which the same conversation had got before: what a client sends
   * that gives up a reply which had landed. A bot that says the same twice on purpose is among them.
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

  /** How often something happened: connects, identifies, resumes, token calls, gateway lookups, sends, calls. */
  count(what: Counted): number {
    return this.#observations.moments.get(what)?.count ?? 0
  }

  /** The most that happened in any window of `ms` milliseconds; default a minute. */
  most(what: Counted, ms = 60_000): number {
    return this.#observations.moments.get(what)?.most(ms) ?? 0
  }

  /** How often calls of a route were executed, whatever was answered. A call counts once it is over for its client. */
  executed(route: string): number {
    return this.#observations.executed.get(route) ?? 0
  }

  /** How often a code was answered. */
  refused(code: number): number {
    return this.#observations.refusals.get(code) ?? 0
  }

  /** The highest sequence number that heartbeats of a session have named, or `null`. */
  acknowledged(session: string): number | null {
    return this.#observations.acknowledged.get(session) ?? null
  }

  /** What a person saw of a click: its code and after how many ms, or a failure. `null` while it waits. */
  click(id: string): InteractionEntry | null {
    return this.#observations.clicks.get(id) ?? null
  }

  /** The code with which a button press was answered, or `null`. */
  interaction(id: string): number | null {
    return this.#observations.clicks.get(id)?.code ?? null
  }
}
