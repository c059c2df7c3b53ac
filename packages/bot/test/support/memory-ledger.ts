import type { DeliveryLease, LedgerAnswer, SendLedger } from '@qqkit/core'

/** The notes of one event, and who has it: the run that began last. */
export class MemoryNotes {
  readonly notes: Map<string, { run: number; text: string }> = new Map()
  #run = 0

  /** The event goes to another process. */
  next(): MemoryLedger {
    this.#run += 1
    return new MemoryLedger(this, this.#run)
  }

  isOwner(run: number): boolean {
    return run === this.#run
  }

  /** The event is settled. */
  settle(): void {
    this.#run += 1
    this.notes.clear()
  }

  /** Notes as they would be read, by name. */
  get all(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.notes].map(([name, { text }]) => [name, JSON.parse(text) as unknown]))
  }
}

/** A ledger in memory. */
export class MemoryLedger implements SendLedger {
  readonly #book: MemoryNotes
  readonly #run: number
  /** Notes of other runs that this one knows. */
  readonly #over = new Map<string, string>()

  constructor(book: MemoryNotes, run: number) {
    this.#book = book
    this.#run = run
  }

  async open(name: string, note: string, signal?: AbortSignal): Promise<LedgerAnswer> {
    signal?.throwIfAborted()
    if (!this.#book.isOwner(this.#run)) return { kind: 'lost' }
    const others = [...this.#book.notes].filter(([, { run }]) => run !== this.#run)
    if (others.length > 0) return this.#tell(others.map(([known, { text }]) => [known, text]))
    return this.put(name, note)
  }

  async put(name: string, note: string | null, signal?: AbortSignal): Promise<LedgerAnswer> {
    signal?.throwIfAborted()
    const { notes } = this.#book
    if (!this.#book.isOwner(this.#run)) return { kind: 'lost' }
    const met = notes.get(name)
    if (met && met.run !== this.#run && met.text !== this.#over.get(name))
      return this.#tell([[name, met.text]])
    if (note === null) notes.delete(name)
    else notes.set(name, { run: this.#run, text: note })
    return { kind: 'kept' }
  }

  #tell(notes: readonly (readonly [string, string])[]): LedgerAnswer {
    for (const [name, text] of notes) this.#over.set(name, text)
    return { kind: 'known', notes: new Map(notes) }
  }
}

/** A lease that a test ends. */
export class TestLease implements DeliveryLease {
  isValid = true
  readonly sends?: SendLedger
  readonly #lost = new AbortController()
  readonly signal: AbortSignal = this.#lost.signal

  constructor(sends?: SendLedger) {
    if (sends) this.sends = sends
  }

  valid(): boolean {
    return this.isValid
  }

  lose(): void {
    this.isValid = false
    this.#lost.abort(new Error('lost'))
  }
}
