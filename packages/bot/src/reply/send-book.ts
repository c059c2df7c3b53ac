import type { Clock, DeliveryLease, LedgerAnswer, SendLedger } from '@qqkit/core'
import type { GatedAttempt, SendGate, StreamResult } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import { LeaseGate } from './leased-client.js'
import type { ReplyResult } from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'
import type { Gone, PieceJournal } from './send-pieces.js'
import { advanced, mayBeSent, type MessageNote, readNote, type SendNote, writeNote } from './send-note.js'

/** What a send begins with: the plan of this run, or what an earlier run has noted. */
export interface BegunSend {
  readonly note: SendNote
  /** Whether an earlier run began it. */
  readonly isKnown: boolean
}

/**
 * What the handlers of one event send, each message under a name that is the same in every run: its kind and its place in the order of
 * calls. A run that finds notes of an earlier one continues them.
 */
export class SendBook {
  readonly gate: LeaseGate
  readonly #ledger: SendLedger
  /** Notes of earlier runs. */
  readonly #known = new Map<string, SendNote>()
  readonly #counts = new Map<string, number>()
  #opening: Promise<void> | null = null

  constructor(ledger: SendLedger, lease: DeliveryLease, clock: Clock) {
    this.#ledger = ledger
    this.gate = new LeaseGate(lease, clock)
  }

  /** The name of the next message of a kind. */
  nextName(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    return `${kind}/${count}`
  }

  /**
   * Notes a plan, or finds what an earlier run has noted under this name. Plans are made in the order of the calls, and once it is
   * known what earlier runs have done.
   *
   * @param again called when plans that were made before are void: an earlier run has begun with other ones
   * @throws BotError `lease_lost`; the reason of the signal
   */
  async begin(
    name: string,
    plan: () => SendNote,
    again: () => void,
    signal: AbortSignal | undefined,
  ): Promise<BegunSend> {
    if (this.#opening === null) {
      const note = plan()
      this.#opening = this.#open(name, note, signal)
      this.#opening.catch(() => {
        this.#opening = null
      })
      await this.#opening
      if (this.#known.size === 0) return { note, isKnown: false }
      again()
    } else await this.#opening
    const known = this.#known.get(name)
    if (known && known.kind !== 'open') return { note: known, isKnown: true }
    const note = plan()
    const answer = await this.#ledger.put(name, writeNote(note), signal)
    this.#learn(answer)
    const met = answer.kind === 'known' ? this.#known.get(name) : undefined
    return met ? { note: met, isKnown: true } : { note, isKnown: false }
  }

  /** What an earlier run has begun under this name is void: this run says it in another way. */
  forget(name: string): void {
    this.#known.delete(name)
  }

  /** Whether an earlier run has given a message this number. */
  hasNumber(seq: number): boolean {
    for (const note of this.#known.values())
      if (note.kind === 'message' && note.seqs.includes(seq)) return true
    return false
  }

  /** @throws BotError `lease_lost`; RestError where another process has sent it meanwhile; the reason of the signal */
  async note(name: string, note: SendNote | null, signal?: AbortSignal): Promise<void> {
    const answer = await this.#ledger.put(name, note && writeNote(note), signal)
    this.#learn(answer)
    if (answer.kind === 'known') throw mayBeSent()
  }

  /** Notes what has ended, in the background. */
  end(name: string, note: SendNote | null): void {
    // Another process has the event, and the notes.
    this.note(name, note).catch(() => {})
  }

  async #open(name: string, note: SendNote, signal: AbortSignal | undefined): Promise<void> {
    this.#learn(await this.#ledger.open(name, writeNote(note), signal))
  }

  #learn(answer: LedgerAnswer): void {
    if (answer.kind === 'lost') throw new BotError('lease_lost')
    if (answer.kind === 'known')
      for (const [name, text] of answer.notes) this.#known.set(name, readNote(text))
  }
}

/** One message in the book, while its pieces go out: notes how far it is, and that it goes out without a key. */
export class MessageJournal implements SendGate, PieceJournal {
  /** Pieces that went out in an earlier run. */
  readonly gone: readonly Gone[]
  readonly #book: SendBook
  readonly #name: string
  #note: MessageNote

  constructor(book: SendBook, name: string, note: MessageNote, gone: readonly Gone[]) {
    this.#book = book
    this.#name = name
    this.#note = note
    this.gone = gone
  }

  pass(attempt: GatedAttempt): void | Promise<void> {
    return attempt.keyed || this.#note.keyless ? this.#book.gate.pass(attempt) : this.#passKeyless(attempt)
  }

  async #passKeyless(attempt: GatedAttempt): Promise<void> {
    this.#note = { ...this.#note, keyless: true }
    await this.#book.note(this.#name, this.#note, attempt.signal)
    await this.#book.gate.pass(attempt)
  }

  /** Before a piece goes out that is not the first. */
  async goOn(gone: readonly Gone[], unsent: readonly OutgoingMessage[]): Promise<void> {
    this.#note = advanced(this.#note, gone, unsent)
    await this.#book.note(this.#name, this.#note)
  }

  /** No piece is left. */
  end(gone: readonly Gone<ReplyResult>[]): void {
    this.#book.end(this.#name, advanced(this.#note, gone, []))
  }

  /** A piece certainly did not go out: the next run may send it, or something else if nothing went out. */
  fail(gone: readonly Gone[], unsent: readonly OutgoingMessage[]): void {
    this.#book.end(this.#name, gone.length === 0 ? null : advanced(this.#note, gone, unsent))
  }
}

/** A message in the book that grows: notes that it has begun before anything of it goes out. */
export class StreamJournal implements SendGate {
  /** Whether an earlier run began it. */
  readonly isKnown: boolean
  readonly #book: SendBook
  readonly #name: string
  #noted: 'nothing' | 'growing' | 'keyless'

  constructor(book: SendBook, name: string, isKnown: boolean) {
    this.isKnown = isKnown
    this.#book = book
    this.#name = name
    this.#noted = isKnown ? 'growing' : 'nothing'
  }

  pass(attempt: GatedAttempt): void | Promise<void> {
    const isNoted = this.#noted === 'keyless' || (attempt.keyed && this.#noted === 'growing')
    return isNoted ? this.#book.gate.pass(attempt) : this.#passFirst(attempt)
  }

  async #passFirst(attempt: GatedAttempt): Promise<void> {
    const note: SendNote = attempt.keyed ? { kind: 'growing' } : { kind: 'growing', keyless: true }
    await this.#book.note(this.#name, note, attempt.signal)
    this.#noted = attempt.keyed ? 'growing' : 'keyless'
    await this.#book.gate.pass(attempt)
  }

  end(result: StreamResult): void {
    this.#book.end(this.#name, { kind: 'grown', result: { ...result, steps: [] } })
  }
}
