import { Line, RecentKeys, type Clock, type SettleOutcome } from '@qqkit/core'

import { Ledger } from './ledger.js'
import type { Open } from './open.js'
import type { AbandonReason, OpenDelivery, OverflowChoice, SkipReason } from './open-delivery.js'
import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'

/** What an {@link Intake} keeps to. */
export interface IntakeLimits {
  readonly clock: Clock
  /** How long a delivery may stay open, in ms; `Infinity` for ever. */
  readonly deliveryDeadline: number
  /** How many deliveries may be open. */
  readonly maxUnsettled: number
  /** Chooses what gives way beyond that. Default: the oldest. */
  readonly whenFull: ((oldest: OpenDelivery) => OverflowChoice) | undefined
}

/** Who is told what becomes of events. */
export interface IntakeOwner {
  /** A delivery was given up; its later settlement counts for nothing. */
  onAbandoned(delivery: OpenDelivery, reason: AbandonReason): void
  /** There is something new to store. */
  onChange(): void
}

/** Events are remembered by key until at least this many others have come. */
const KNOWN_KEYS = 1000

/**
 * Decides for each event of one shard whether it is delivered, and holds it to account until it is settled: by its
 * consumer, by the deadline, or because too many are open. One timer for all of them, set only while one is open.
 */
export class Intake {
  readonly #limits: IntakeLimits
  readonly #owner: IntakeOwner
  readonly #ledger = new Ledger()
  /** In the order in which they came. */
  readonly #open = new Line<Open>()
  /** The newest delivery of each key; those in flight for as long as they are. */
  readonly #keys = new RecentKeys<Open>({ size: KNOWN_KEYS, keeps: ({ settled }) => !settled })
  readonly #idleWaiters: (() => void)[] = []
  #replaying = false
  #cancelTimer: (() => void) | null = null
  #closed = false

  constructor(limits: IntakeLimits, owner: IntakeOwner) {
    this.#limits = limits
    this.#owner = owner
  }

  /** Deliveries that are not settled, of this session and older ones. */
  get open(): number {
    return this.#open.length
  }

  /** Highest seq of the session that came, or `null`. */
  get received(): number | null {
    return this.#ledger.received
  }

  /** Every seq up to this one is finished; `null` when nothing came yet. */
  get committed(): number | null {
    return this.#ledger.committed
  }

  /** What to store now; `null` when there is nothing to resume. */
  checkpoint(): SessionCheckpoint | null {
    return this.#ledger.checkpoint()
  }

  /** READY: a new session, whose id this is. */
  begin(sessionId: string): void {
    this.#replaying = false
    this.#ledger.begin(sessionId)
    this.#owner.onChange()
  }

  /** Goes on with the session of an earlier process. What comes until {@link resumed} may have been handled by it. */
  restore(checkpoint: SessionCheckpoint): void {
    this.#replaying = true
    this.#ledger.restore(checkpoint)
  }

  /** RESUMED: nothing more is replayed. */
  resumed(): void {
    if (!this.#replaying) return
    this.#replaying = false
    this.#ledger.replayEnded()
    this.#owner.onChange()
  }

  /** The session is gone. Open deliveries stay open, but no longer count for a checkpoint. */
  drop(): void {
    this.#replaying = false
    this.#ledger.drop()
    this.#owner.onChange()
  }

  /**
   * Enters an event: the delivery to make, or why there is none.
   *
   * @param key what copies of this event share; `null` (cheaper) when it can have none
   */
  receive(seq: number | null, key: string | null): OpenDelivery | SkipReason {
    const { sessionId } = this.#ledger
    let lastChance = false
    if (seq !== null && sessionId !== null) {
      const verdict = this.#ledger.receive(seq)
      if (verdict === 'in_flight') return verdict
      lastChance = verdict === 'last_chance'
      if (verdict !== 'new' && verdict !== 'last_chance') {
        this.#owner.onChange()
        return verdict
      }
    }
    if (key !== null && this.#isCopy(key, sessionId, seq)) return 'copy'
    if (this.#open.length >= this.#limits.maxUnsettled && !this.#makeRoom()) {
      this.#settleSeq(sessionId, seq)
      return 'refused'
    }
    const since = this.#limits.clock.now()
    const delivery: Open = {
      sessionId,
      seq,
      key,
      since,
      replayed: this.#replaying,
      lastChance,
      settled: false,
      copies: null,
      onSettled: null,
      before: null,
      after: null,
    }
    this.#open.push(delivery)
    if (key !== null) this.#keys.add(key, delivery)
    if (this.#cancelTimer === null) this.#arm(this.#limits.deliveryDeadline)
    if (seq !== null) this.#owner.onChange()
    return delivery
  }

  /** Enters a seq that needs no delivery: finished at once. */
  pass(seq: number): void {
    this.#ledger.pass(seq)
    this.#owner.onChange()
  }

  /** Finishes a delivery; `false`, and without effect, when it was already. How it ended does not matter here. */
  settle(delivery: OpenDelivery, _outcome: SettleOutcome): boolean {
    const open = delivery as Open
    if (open.settled) return false
    open.settled = true
    this.#open.remove(open)
    this.#settleSeq(open.sessionId, open.seq)
    if (open.copies) for (const copy of open.copies) this.#settleSeq(copy.sessionId, copy.seq)
    open.copies = null
    open.onSettled?.()
    if (this.#open.length === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve()
    return true
  }

  /** An event on its last chance is about to be handed out. */
  risk({ sessionId, seq }: OpenDelivery): void {
    if (sessionId === null || seq === null) return
    this.#ledger.risk(sessionId, seq)
    this.#owner.onChange()
  }

  /** Resolves when a delivery is settled. Only one may wait for each. */
  async settled(delivery: OpenDelivery): Promise<void> {
    const open = delivery as Open
    if (!open.settled) await new Promise<void>((resolve) => (open.onSettled = resolve))
  }

  /** Resolves as soon as no delivery is open. */
  async idle(): Promise<void> {
    if (this.#open.length > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
  }

  /** Stops the deadlines. What is still open can be settled, and is stored as in flight until then. */
  close(): void {
    this.#closed = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  #isCopy(key: string, sessionId: string | null, seq: number | null): boolean {
    const first = this.#keys.get(key)
    if (!first) return false
    if (seq === null || sessionId === null) return true
    if (first.settled) this.#settleSeq(sessionId, seq)
    else (first.copies ??= []).push({ sessionId, seq })
    return true
  }

  #settleSeq(sessionId: string | null, seq: number | null): void {
    if (sessionId === null || seq === null) return
    if (this.#ledger.settle(sessionId, seq)) this.#owner.onChange()
  }

  /** Whether there is room for one more. */
  #makeRoom(): boolean {
    const oldest = this.#open.first
    if (!oldest) return true
    let choice: OverflowChoice = 'oldest'
    try {
      choice = this.#limits.whenFull?.(oldest) ?? 'oldest'
    } catch {
      // The socket is never paused and nothing may stall, whatever the hook does.
    }
    if (choice === 'oldest') this.#abandon(oldest, 'overflow')
    return choice !== 'newest'
  }

  #abandon(delivery: Open, reason: AbandonReason): void {
    this.settle(delivery, 'abandoned')
    this.#owner.onAbandoned(delivery, reason)
  }

  #arm(ms: number): void {
    if (ms === Infinity || this.#closed) return
    this.#cancelTimer = this.#limits.clock.setTimer(ms, () => this.#expire())
  }

  #expire(): void {
    this.#cancelTimer = null
    const { clock, deliveryDeadline } = this.#limits
    for (let delivery = this.#open.first; delivery; delivery = this.#open.first) {
      const left = delivery.since + deliveryDeadline - clock.now()
      if (left > 0) {
        this.#arm(left)
        return
      }
      this.#abandon(delivery, 'deadline')
    }
  }
}
