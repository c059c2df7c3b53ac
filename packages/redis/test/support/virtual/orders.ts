import type { Loss } from './model-server.js'
import { couldNotTell, QUIET, type WorkerRecord } from './worker-record.js'

/** An answer to an order, by a worker that has had it since some moment. */
interface Answer {
  readonly worker: WorkerRecord
  readonly from: number
  readonly at: number
}

/** Somebody stops what was said before in a conversation. */
interface Order {
  readonly conversation: string
  /** How much was said there. */
  readonly before: number
  readonly answers: Answer[]
}

/** The place and the number of an event in the words of its message. */
export const placeOf = (text: string): { readonly conversation: string; readonly number: number } => {
  const [conversation = '', number = ''] = text.split('/')
  return { conversation, number: Number(number) }
}

/** What persons stopped, and who answered them. */
export class Orders {
  readonly #all: Order[] = []
  readonly #losses: readonly Loss[]

  constructor(losses: readonly Loss[]) {
    this.#losses = losses
  }

  get count(): number {
    return this.#all.length
  }

  /** @returns the words of the message */
  say(conversation: number, before: number): string {
    return `/stop ${this.#all.push({ conversation: String(conversation), before, answers: [] }) - 1}`
  }

  answer(text: string, answer: Answer): void {
    this.#all[Number(text.slice('/stop '.length))]!.answers.push(answer)
  }

  /** Whether an order reaches the event, answered or not. */
  mayBeLeftOut(text: string): boolean {
    return this.#reaching(text).length > 0
  }

  /** Whether a person was told that the event is stopped. */
  isStopped(text: string): boolean {
    return this.#reaching(text).some(({ answers }) => answers.some((one) => !this.#isForgotten(one)))
  }

  #reaching(text: string): readonly Order[] {
    const { conversation, number } = placeOf(text)
    return this.#all.filter((one) => one.conversation === conversation && number < one.before)
  }

  /** Whether the server lost the mark of an order, and its worker could not tell the others what it had stopped. */
  #isForgotten({ worker, from, at }: Answer): boolean {
    const goneAt = Math.min(worker.killedAt, worker.endedAt)
    return this.#losses.some(
      (loss) =>
        loss.at >= from && loss.since <= at && (goneAt <= loss.at + QUIET || couldNotTell(worker, loss)),
    )
  }
}
