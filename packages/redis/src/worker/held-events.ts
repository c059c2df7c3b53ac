import type { EventName, Outcome, Settled } from '../queue/event-queue.js'
import type { QueueDelivery } from './queue-delivery.js'

/** What others own now. */
export interface Dropped {
  readonly deliveries: readonly QueueDelivery[]
  readonly late: readonly Settled[]
}

/** The events that a worker owns on the server: those it handles, and those of which the server does not know the outcome yet. */
export class HeldEvents {
  /** By conversation. */
  readonly #running = new Map<string, QueueDelivery>()
  /** Those among them that only wait for another worker. */
  readonly #aside = new Set<QueueDelivery>()
  #unsent: Settled[] = []

  /** How many it handles, those left out that only wait for another worker. */
  get running(): number {
    return this.#running.size - this.#aside.size
  }

  /** The outcomes that the server does not know. */
  get unsent(): readonly Settled[] {
    return this.#unsent
  }

  get deliveries(): readonly QueueDelivery[] {
    return [...this.#running.values()]
  }

  /** What it handles in a conversation. */
  in(conversation: string): QueueDelivery | undefined {
    return this.#running.get(conversation)
  }

  begin(delivery: QueueDelivery): void {
    this.#running.set(delivery.event.conversation, delivery)
  }

  /** One of them waits for another worker. Returns a function that ends that. */
  aside(delivery: QueueDelivery): () => void {
    if (this.in(delivery.event.conversation) === delivery) this.#aside.add(delivery)
    return () => void this.#aside.delete(delivery)
  }

  /** An event has ended, whether it was begun or not. */
  end({ conversation, id }: EventName, outcome: Outcome): void {
    const delivery = this.in(conversation)
    if (delivery?.event.id === id) this.#forget(delivery)
    this.#unsent.push({ conversation, id, outcome })
  }

  /** Sends all outcomes. If that fails, they are kept: whether the server has executed them, the next join says. */
  async send<T>(call: (outcomes: readonly Settled[]) => Promise<T>): Promise<T> {
    const sent = this.#unsent
    this.#unsent = []
    try {
      return await call(sent)
    } catch (error) {
      this.#unsent = [...sent, ...this.#unsent]
      throw error
    }
  }

  /**
   * Asks which of all of them others own now, and drops these.
   *
   * @param ask returns those of the given names that others own
   * @returns the deliveries among them that were not settled while it asked, and the outcomes that never reached the server
   */
  async compare(ask: (names: readonly EventName[]) => Promise<ReadonlySet<EventName>>): Promise<Dropped> {
    const { deliveries } = this
    const lost = await ask([...deliveries.map(({ event }) => event), ...this.#unsent])
    const dropped = deliveries.filter(({ event, isOpen }) => isOpen && lost.has(event))
    for (const delivery of dropped) this.#forget(delivery)
    const late = this.#unsent.filter((one) => lost.has(one))
    this.#unsent = this.#unsent.filter((one) => !lost.has(one))
    return { deliveries: dropped, late }
  }

  #forget(delivery: QueueDelivery): void {
    this.#running.delete(delivery.event.conversation)
    this.#aside.delete(delivery)
  }
}
