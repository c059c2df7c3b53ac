import type { Delivery, SettleOutcome } from '@qqkit/core'

/** Stands for one run of the bot. */
export interface RunToken {
  over: boolean
}

/** Of events that another process has. */
const OVER: RunToken = Object.freeze({ over: true })

/** Whether a source carries the code of a click. A source of the user's own may throw, or not support it: then a call is needed. */
const carries = (delivery: Delivery, code: number): boolean => {
  try {
    return delivery.acknowledge(code)
  } catch {
    return false
  }
}

/** Settles one delivery. An error of the user's own source must not end the process, nor keep other sources of the event waiting. */
export const settle = (delivery: Delivery, outcome: SettleOutcome): void => {
  try {
    delivery.settle(outcome)
  } catch {
    // The event is finished all the same; its source may deliver it again.
  }
}

/** Not every source has it, and one of the user's own may throw. */
const markWaiting = (delivery: Delivery): void => {
  try {
    delivery.markWaiting?.()
  } catch {
    // Later events wait longer.
  }
}

const isAcknowledged = (delivery: Delivery): boolean => {
  try {
    return delivery.acknowledged
  } catch {
    return false
  }
}

/** The run of a message that is not known to be for the bot: a copy that is known to be may replace it. */
export interface Replaceable {
  replaceWith(delivery: Delivery): void
}

/** One event, or one message, for as long as it is remembered. */
export interface Remembered {
  /** The same for every copy. */
  readonly key: string
  /** @param declined whether no handler took the message because it was not known to be for the bot */
  forget(merged: MergedDelivery, declined: boolean): void
}

/** All deliveries of one event, or of one message, as one: they are settled together, and a click gets one code. */
export class MergedDelivery {
  /** Whether an earlier run of the bot began the event and did not finish it. */
  readonly restarted: boolean
  readonly #event: Remembered
  #run: RunToken
  /** `null` once finished. */
  #first: Delivery | null
  /** Copies that came before the end; `null` for nearly every event. */
  #copies: Delivery[] | null = null
  /** The code that a click was acknowledged with. */
  #code: number | null = null
  /** Set while a message that is not known to be for the bot waits or is handled. */
  unaddressed: Replaceable | null = null

  constructor(event: Remembered, delivery: Delivery, run: RunToken, restarted: boolean) {
    this.#event = event
    this.#first = delivery
    this.#run = run
    this.restarted = restarted
  }

  get key(): string {
    return this.#event.key
  }

  /** Whether this run of the bot handles it. */
  get isOpen(): boolean {
    return this.#first !== null && !this.#run.over
  }

  /** Whether its run ended before it was finished, so that it has to be handled again. */
  get isLeftOver(): boolean {
    return this.#first !== null && this.#run.over
  }

  /** Whether a source has already given the platform a code. */
  get acknowledged(): boolean {
    return this.#deliveries.some(isAcknowledged)
  }

  /** Adds a copy. A copy that comes after the end is settled as done, or its source would deliver it again. */
  join(delivery: Delivery): void {
    if (this.#code !== null) carries(delivery, this.#code)
    if (this.#first === null) settle(delivery, 'done')
    else (this.#copies ??= []).push(delivery)
  }

  /** Its handler waits for a person. */
  markWaiting(): void {
    for (const delivery of this.#deliveries) markWaiting(delivery)
  }

  /** Another process has the event: settling it does nothing, and it is handled when it comes again. */
  leave(): void {
    this.#run = OVER
  }

  /** Gives a click its code. Returns whether a source carries it; otherwise a call has to. */
  acknowledge(code: number): boolean {
    this.#code = code
    let carried = false
    for (const delivery of this.#deliveries) carried = carries(delivery, code) || carried
    return carried
  }

  /**
   * Settles all deliveries. Only the first outcome counts, and none after the end of the run.
   *
   * @param declined whether no handler took the message because it was not known to be for the bot
   */
  finish(outcome: SettleOutcome, declined = false): void {
    const first = this.#first
    const copies = this.#copies
    if (first === null || this.#run.over) return
    this.#first = null
    this.#copies = null
    this.unaddressed = null
    // Later copies of a click receive its code.
    if (this.#code === null) this.#event.forget(this, declined)
    // A source that several processes share lets a copy pass then, as this process does.
    const told = declined && outcome === 'done' ? 'declined' : outcome
    settle(first, told)
    if (copies) for (const delivery of copies) settle(delivery, told)
  }

  get #deliveries(): readonly Delivery[] {
    return this.#first === null ? [] : [this.#first, ...(this.#copies ?? [])]
  }
}
