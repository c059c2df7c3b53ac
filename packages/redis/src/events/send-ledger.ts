import type { Clock, LedgerAnswer, SendLedger } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { RedisError } from '../port/errors.js'
import type { EventName, NoteAnswer, SendNote } from '../queue/event-queue.js'

/** What an {@link EventLedger} works with. */
export interface EventLedgerDeps {
  readonly event: EventName
  /** Unique to this handling of the event, without a blank. */
  readonly run: string
  /** Writes under the token of the moment. */
  readonly note: (note: SendNote) => Promise<NoteAnswer>
  /** Whether the event is neither settled nor lost. */
  readonly isOpen: () => boolean
  /** Aborts when the event is lost. */
  readonly lost: AbortSignal
  /** The server says that another process owns the event, which is final only after the next join. */
  readonly onDoubt: () => void
  readonly clock: Clock
}

/** ms between two tries. */
const LOOK = 50

const ignore = (): void => {}

/** The sends of one event, on the server. While that is away, and until it is known who owns the event, everything waits. */
export class EventLedger implements SendLedger {
  readonly #deps: EventLedgerDeps
  readonly #run: string
  /** Notes of other runs as they stand there, by name. */
  readonly #over = new Map<string, string>()
  #isFirst = true

  constructor(deps: EventLedgerDeps) {
    this.#deps = deps
    this.#run = `${deps.run} `
  }

  open(name: string, note: string, signal?: AbortSignal): Promise<LedgerAnswer> {
    return this.#write(name, note, signal)
  }

  put(name: string, note: string | null, signal?: AbortSignal): Promise<LedgerAnswer> {
    return this.#write(name, note, signal)
  }

  async #write(name: string, text: string | null, signal: AbortSignal | undefined): Promise<LedgerAnswer> {
    const { event, isOpen, lost, clock } = this.#deps
    const { conversation, id } = event
    const over = this.#over.get(name) ?? ''
    const note = text === null ? '' : this.#run + text
    const ending = signal ? AbortSignal.any([signal, lost]) : lost
    while (isOpen()) {
      signal?.throwIfAborted()
      const first = this.#isFirst
      const answer = await this.#try({ conversation, id, run: this.#run, first, name, over, note })
      if (answer.kind === 'kept') this.#isFirst = false
      if (answer.kind === 'kept' || answer.kind === 'known') return this.#told(answer)
      await sleep(clock, LOOK, ending).catch(ignore)
    }
    signal?.throwIfAborted()
    return { kind: 'lost' }
  }

  async #try(note: SendNote): Promise<NoteAnswer> {
    const { isOpen, onDoubt } = this.#deps
    try {
      const answer = await this.#deps.note(note)
      if (answer.kind === 'lost' && isOpen()) onDoubt()
      return answer
    } catch (error) {
      if (!RedisError.is(error)) throw error
      return { kind: 'lost' }
    }
  }

  #told(answer: Exclude<NoteAnswer, { readonly kind: 'lost' }>): LedgerAnswer {
    if (answer.kind === 'kept') return answer
    this.#isFirst = false
    for (const [name, raw] of answer.notes) this.#over.set(name, raw)
    const notes = [...answer.notes].map(([name, raw]) => [name, raw.slice(raw.indexOf(' ') + 1)] as const)
    return { kind: 'known', notes: new Map(notes) }
  }
}
