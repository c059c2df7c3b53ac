import type { Delivery, SettleOutcome } from '@qqkit/core'

/** One start of the bot. */
export interface Start {
  over: boolean
}

/** A source of somebody's own may throw, or know nothing of clicks: then a call has to go out. */
const carries = (delivery: Delivery, code: number): boolean => {
  try {
    return delivery.acknowledge(code)
  } catch {
    return false
  }
}

/** What a source of somebody's own throws must not end the process, nor keep the other sources of the event waiting. */
const settle = (delivery: Delivery, outcome: SettleOutcome): void => {
  try {
    delivery.settle(outcome)
  } catch {
    // The event is finished here all the same; its source may bring it again.
  }
}

const isAcknowledged = (delivery: Delivery): boolean => {
  try {
    return delivery.acknowledged
  } catch {
    return false
  }
}

/** Whoever handles a message that is not known to be for the bot: a copy that is may take its place. */
export interface Overrulable {
  overrule(delivery: Delivery): void
}

/** What becomes of one event, or one message, for all deliveries of it: they share its end, and its code if it is a click. */
export class Settlement {
  /** The same for every copy. */
  readonly key: string
  /** Whether an earlier start of the bot began it and gave it up. */
  readonly again: boolean
  readonly #start: Start
  /** `null` once finished. */
  #deliveries: Delivery[] | null
  /** What the click was acknowledged with. */
  #code: number | null = null
  /** Set while a message waits or is handled that is not known to be for the bot. */
  unaddressed: Overrulable | null = null
  #declined = false

  constructor(key: string, delivery: Delivery, start: Start, again: boolean) {
    this.key = key
    this.again = again
    this.#start = start
    this.#deliveries = [delivery]
  }

  /** Whether it is being handled in this start of the bot. */
  get isOpen(): boolean {
    return this.#deliveries !== null && !this.#start.over
  }

  /** Whether its start was over before it was finished: nobody handles it any more. */
  get isForgotten(): boolean {
    return this.#deliveries !== null && this.#start.over
  }

  /** Whether it was over with nobody having the message, because it was not known to be for the bot. */
  get declined(): boolean {
    return this.#declined
  }

  /** Whether the platform has some code of a source already, whatever a later call becomes. */
  get acknowledged(): boolean {
    return this.#deliveries?.some(isAcknowledged) ?? false
  }

  /** Takes in a copy. One that comes after the end has nothing left to do, whatever became of the first: it would be asked for again. */
  join(delivery: Delivery): void {
    if (this.#code !== null) carries(delivery, this.#code)
    if (this.#deliveries === null) settle(delivery, 'done')
    else this.#deliveries.push(delivery)
  }

  /** Gives a click its code. Whether one of the sources carries it; else a call has to. */
  acknowledge(code: number): boolean {
    this.#code = code
    let carried = false
    for (const delivery of this.#deliveries ?? []) carried = carries(delivery, code) || carried
    return carried
  }

  /**
   * Settles all deliveries. Only the first outcome counts, and none of a start that is over.
   *
   * @param declined whether nobody had the message, because it was not known to be for the bot
   */
  finish(outcome: SettleOutcome, declined = false): void {
    const deliveries = this.#deliveries
    if (deliveries === null || this.#start.over) return
    this.#deliveries = null
    this.unaddressed = null
    this.#declined = declined
    for (const delivery of deliveries) settle(delivery, outcome)
  }
}
