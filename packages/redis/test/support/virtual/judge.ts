import type { Delivery } from '@qqkit/core'

import type { Settled, TakenEvent } from '../../../src/queue/event-queue.js'
import type { QueueDelivery } from '../../../src/worker/queue-delivery.js'
import { textOf } from '../hand-source.js'
import type { Loss, ServerWatch } from './model-server.js'
import { type Orders, placeOf } from './orders.js'
import { couldNotTell, type WorkerRecord } from './worker-record.js'

/** One handling of an event. */
export interface Run {
  readonly text: string
  readonly conversation: string
  readonly number: number
  readonly worker: WorkerRecord
  readonly delivery: QueueDelivery
  readonly takenAt: number
  readonly begunAt: number
  /** When its handler settled it, and when the server heard of that. */
  doneAt: number
  settledAt: number
}

/** What a {@link Judge} knows of the night. */
export interface JudgeDeps {
  readonly now: () => number
  readonly lease: number
  readonly losses: readonly Loss[]
  readonly orders: Orders
}

/** Judges what handlers see as it happens. */
export class Judge implements ServerWatch {
  readonly faults: string[] = []
  readonly runs: Run[] = []
  /** How many were begun again, and how many ends of handlers there were but for the first of each event. */
  again: number = 0
  repeated: number = 0
  readonly #deps: JudgeDeps
  readonly #workers = new Map<string, WorkerRecord>()
  /** By text, by the id of the event, and by conversation those that are neither settled nor lost. */
  readonly #runsOf = new Map<string, Run[]>()
  readonly #runsById = new Map<string, Run[]>()
  readonly #open = new Map<string, Set<Run>>()
  /** By worker and id, when the server gave it. */
  readonly #takenAt = new Map<string, number>()
  /** By conversation, the last that was begun for the first time. */
  readonly #last = new Map<string, number>()

  constructor(deps: JudgeDeps) {
    this.#deps = deps
  }

  worker(name: string): WorkerRecord {
    const record: WorkerRecord = {
      name,
      troubles: [],
      killedAt: Infinity,
      closedAt: Infinity,
      endedAt: Infinity,
      reapedAt: -Infinity,
      leaseEnd: -Infinity,
      reported: new Set(),
    }
    this.#workers.set(name, record)
    return record
  }

  /** A handler begins. */
  begin(delivery: Delivery, worker: WorkerRecord): Run {
    const text = textOf(delivery)
    const { id } = (delivery as QueueDelivery).event
    const now = this.#deps.now()
    const run: Run = {
      text,
      ...placeOf(text),
      worker,
      delivery: delivery as QueueDelivery,
      takenAt: this.#takenAt.get(`${worker.name} ${id}`) ?? now,
      begunAt: now,
      doneAt: Infinity,
      settledAt: Infinity,
    }
    const before = this.#runsOf.get(text) ?? []
    for (const one of before) this.#judgeRepeat(one, run)
    if (before.length === 1) this.again += 1
    if (before.length === 0) this.#judgeOrder(run)
    this.#runsOf.set(text, [...before, run])
    this.#runsById.set(id, [...(this.#runsById.get(id) ?? []), run])
    this.#open.set(run.conversation, (this.#open.get(run.conversation) ?? new Set()).add(run))
    this.runs.push(run)
    this.act(run, 'was begun')
    return run
  }

  /** A handler does something that others can see: no other one may be able to, nor may a person have stopped it. */
  act(run: Run, what: string): void {
    const { orders, now } = this.#deps
    const { text, worker, delivery } = run
    if (!delivery.lease.stop.aborted && orders.isStopped(text))
      this.#fault(`${text} ${what} by ${worker.name} after an order had been answered`)
    if (now() > worker.leaseEnd)
      this.#fault(`${text} ${what} by ${worker.name} ${now() - worker.leaseEnd} ms after its lease`)
    const open = this.#open.get(run.conversation) ?? new Set()
    for (const other of open) {
      if (!other.delivery.isOpen) open.delete(other)
      else if (
        other !== run &&
        other.worker.killedAt === Infinity &&
        other.delivery.lease.valid() &&
        !this.#couldNotTell(other, now()) &&
        !this.#couldNotTell(run, now())
      )
        this.#fault(
          `${text} ${what} by ${worker.name} while ${other.text} has a valid owner, ${other.worker.name}`,
        )
    }
  }

  done(run: Run): void {
    this.act(run, 'was finished')
    if (this.#runsOf.get(run.text)?.some(({ doneAt }) => doneAt < Infinity)) this.repeated += 1
    run.doneAt = this.#deps.now()
  }

  readonly onLease = (token: string, ms: number): void => {
    const worker = this.#workers.get(nameOf(token))
    if (worker) worker.leaseEnd = this.#deps.now() + ms
  }

  readonly onSettled = (token: string, settled: readonly Settled[]): void => {
    for (const { id, outcome } of settled)
      for (const run of outcome === 'done' ? (this.#runsById.get(id) ?? []) : [])
        if (run.worker.name === nameOf(token)) run.settledAt = Math.min(run.settledAt, this.#deps.now())
  }

  readonly onTaken = (token: string, taken: readonly TakenEvent[]): void => {
    for (const { id } of taken) this.#takenAt.set(`${nameOf(token)} ${id}`, this.#deps.now())
  }

  readonly onReaped = (tokens: readonly string[]): void => {
    const { now, lease } = this.#deps
    for (const token of tokens) {
      const worker = this.#workers.get(nameOf(token))
      if (!worker) continue
      worker.reapedAt = now()
      if (worker.killedAt < Infinity || worker.closedAt < Infinity) continue
      const from = now() - lease - 5000
      const trouble = worker.troubles.reduce(
        (sum, one) => sum + Math.max(0, Math.min(one.to, now()) - Math.max(one.from, from)),
        0,
      )
      if (trouble < lease / 2)
        this.#fault(`the lease of ${worker.name} ran out, which was away for ${trouble} ms only`)
    }
  }

  /** At the end, when nothing is left. */
  end(): void {
    for (const run of this.runs) {
      const { worker, delivery, text } = run
      if (worker.killedAt < Infinity) continue
      if (delivery.isOpen) this.#fault(`${text} is still open in ${worker.name}`)
      const isLate = run.doneAt < Infinity && run.settledAt === Infinity
      const isAgain = (this.#runsOf.get(text)?.at(-1) ?? run) !== run
      if (isLate && isAgain && !worker.reported.has(delivery.event.id))
        this.#fault(`${text} was handled by ${worker.name} and again, and nobody was told`)
    }
  }

  /** Whether an event may be begun again that was begun before. */
  #judgeRepeat(before: Run, run: Run): void {
    const { worker, text } = before
    const now = this.#deps.now()
    const losses = this.#deps.losses.filter(({ at }) => at >= before.takenAt && at <= now)
    const isGoneAtLoss = losses.some(({ at }) => Math.min(worker.killedAt, worker.endedAt) <= at)
    const isSettled = before.settledAt < Infinity && !losses.some(({ since }) => since <= before.settledAt)
    // Between its taking and the question whether others have settled it.
    if (this.#deps.losses.some(({ at }) => at >= run.takenAt && at <= now)) return
    const isGone = worker.killedAt <= now || worker.endedAt <= now
    if (!isSettled) {
      if (worker.killedAt <= now) return
      if (worker.reapedAt >= before.begunAt && worker.reapedAt <= now) return
      // Left to others; or not told in the time of a close, which is reported.
      if (worker.closedAt <= now && (before.doneAt >= worker.closedAt || isGone)) return
      if (isGoneAtLoss || (losses.length > 0 && worker.killedAt <= now)) return
      // The server does not know it any more, and its handler was ended.
      if (losses.length > 0 && before.doneAt === Infinity && !before.delivery.isOpen) return
      if (this.#couldNotTell(before, now)) return
    }
    this.#fault(
      `${text} was begun again by ${run.worker.name} at ${now}, after ${worker.name} had it since ${before.begunAt}` +
        ` (done ${before.doneAt}, settled ${before.settledAt})`,
    )
  }

  /** Whether the server lost data, and the worker of a run could not say in time what it had. */
  #couldNotTell({ takenAt, worker }: Run, now: number): boolean {
    return this.#deps.losses.some(
      (loss) => loss.at >= takenAt && loss.at <= now && couldNotTell(worker, loss),
    )
  }

  #judgeOrder({ text, conversation, number }: Run): void {
    const last = this.#last.get(conversation) ?? -1
    const between = Array.from(
      { length: number - last - 1 },
      (_, index) => `${conversation}/${last + 1 + index}`,
    )
    if (number <= last || !between.every((one) => this.#deps.orders.mayBeLeftOut(one)))
      this.#fault(`${text} came after ${conversation}/${last}`)
    this.#last.set(conversation, number)
  }

  #fault(what: string): void {
    if (this.faults.length < 20) this.faults.push(what)
  }
}

/** The worker of a token. */
const nameOf = (token: string): string => token.slice(0, token.indexOf('/'))
