import { type Clock, type DeliveryLease, type LedgerAnswer, type SendLedger } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { RedisError } from '../port/errors.js'
import type { EventName, NoteAnswer, SendNote } from '../queue/event-queue.js'

/** How the server knows that a process owns an event: the key of all owners, and what stands there. */
export interface Ownership {
  readonly ownKey: string
  readonly conversation: string
  /** Id and token, with a blank between. */
  readonly owner: string
}

/** What an {@link EventFence} works with. */
export interface EventFenceDeps {
  readonly event: EventName
  readonly ownKey: string
  /** The token of the moment. */
  readonly token: () => string
  /** Whether the event is neither settled nor lost. */
  readonly isOpen: () => boolean
  /** Aborts when the event is lost. */
  readonly lost: AbortSignal
  /** The server says that another process owns the event, which is final only after the next join. */
  readonly onDoubt: (token: string) => void
  readonly clock: Clock
}

/** ms between two tries. */
const LOOK = 50

const ignore = (): void => {}

/** Writes for one event, as long as this process owns it. */
export class EventFence {
  readonly event: EventName
  readonly #deps: EventFenceDeps

  constructor(deps: EventFenceDeps) {
    this.event = deps.event
    this.#deps = deps
  }

  /**
   * Writes, and asks again while it is not sure who owns the event.
   *
   * @param attempt returns `null` where the server says that another process owns the event
   * @returns `null` if the event is lost or settled
   * @throws what the attempt throws; the reason of the signal
   */
  async write<T extends object>(
    attempt: (ownership: Ownership, token: string) => Promise<T | null>,
    signal?: AbortSignal,
  ): Promise<T | null> {
    const { event, ownKey, isOpen, lost, onDoubt, clock } = this.#deps
    const ending = signal ? AbortSignal.any([signal, lost]) : lost
    while (isOpen()) {
      signal?.throwIfAborted()
      const token = this.#deps.token()
      const { conversation, id } = event
      const answer = await attempt({ ownKey, conversation, owner: `${id} ${token}` }, token)
      if (answer) return answer
      if (isOpen()) onDoubt(token)
      await sleep(clock, LOOK, ending).catch(ignore)
    }
    signal?.throwIfAborted()
    return null
  }
}

/** The sends of one event, on the server. While that is away, everything waits. */
export class EventLedger implements SendLedger {
  readonly #fence: EventFence
  readonly #run: string
  readonly #note: (token: string, note: SendNote) => Promise<NoteAnswer>
  /** Notes of other runs as they stand there, by name. */
  readonly #over = new Map<string, string>()
  #isFirst = true

  /** @param run unique to this handling of the event, without a blank */
  constructor(fence: EventFence, run: string, note: (token: string, note: SendNote) => Promise<NoteAnswer>) {
    this.#fence = fence
    this.#run = `${run} `
    this.#note = note
  }

  open(name: string, note: string, signal?: AbortSignal): Promise<LedgerAnswer> {
    return this.#write(name, note, signal)
  }

  put(name: string, note: string | null, signal?: AbortSignal): Promise<LedgerAnswer> {
    return this.#write(name, note, signal)
  }

  async #write(name: string, text: string | null, signal: AbortSignal | undefined): Promise<LedgerAnswer> {
    const over = this.#over.get(name) ?? ''
    const note = text === null ? '' : this.#run + text
    const answer = await this.#fence.write(async ({ conversation }, token) => {
      const { id } = this.#fence.event
      const first = this.#isFirst
      return this.#try(token, { conversation, id, run: this.#run, first, name, over, note })
    }, signal)
    if (!answer) return { kind: 'lost' }
    this.#isFirst = false
    if (answer.kind === 'kept') return answer
    for (const [known, raw] of answer.notes) this.#over.set(known, raw)
    const notes = [...answer.notes].map(([known, raw]) => [known, raw.slice(raw.indexOf(' ') + 1)] as const)
    return { kind: 'known', notes: new Map(notes) }
  }

  /** `null`: it is to be tried again. */
  async #try(token: string, note: SendNote): Promise<Exclude<NoteAnswer, { kind: 'lost' }> | null> {
    try {
      const answer = await this.#note(token, note)
      return answer.kind === 'lost' ? null : answer
    } catch (error) {
      if (!RedisError.is(error)) throw error
      return null
    }
  }
}

/** The right to an event. Its ledger is made at the first use: not every event is answered. */
export class QueueLease implements DeliveryLease {
  readonly fence: EventFence
  readonly signal: AbortSignal
  readonly valid: () => boolean
  readonly #makeLedger: (fence: EventFence) => SendLedger
  readonly #stop = new AbortController()
  #ledger: SendLedger | undefined

  constructor(
    fence: EventFence,
    signal: AbortSignal,
    valid: () => boolean,
    makeLedger: (fence: EventFence) => SendLedger,
  ) {
    this.fence = fence
    this.signal = signal
    this.valid = valid
    this.#makeLedger = makeLedger
  }

  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** The person stops what handles the event. */
  endByPerson(): void {
    this.#stop.abort()
  }

  get sends(): SendLedger {
    return (this.#ledger ??= this.#makeLedger(this.fence))
  }
}
