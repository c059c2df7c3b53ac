import { deliveryKey, type LogRecord, type SessionStore, type WireFrame } from '@qqkit/core'

import { Intake, type IntakeLimits, type IntakeOwner } from '../checkpoint/intake.js'
import type { AbandonReason, OpenDelivery, SkipReason } from '../checkpoint/open-delivery.js'
import { LastChance } from '../checkpoint/last-chance.js'
import { ReplayGate, type Until } from '../checkpoint/replay-gate.js'
import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'
import { SessionKeeper, type KeeperOwner } from '../checkpoint/session-keeper.js'
import type { SessionIdentity } from '../checkpoint/stored-session.js'
import type { RestoredSession } from '../machine/input.js'

/** How long a replayed event waits for the store to note that it is in flight, in ms. */
const NOTED = 5000
/** How long what was finished last may take into the store before the connection is closed, in ms. */
const FLUSH = 5000

/** An event that is to be handed out. */
export interface Accepted {
  readonly frame: WireFrame
  readonly delivery: OpenDelivery
}

/** What a {@link ShardIntake} keeps to, and where. */
export interface ShardIntakeOptions extends IntakeLimits {
  readonly store: SessionStore
}

/** Who gets the events. */
export interface ShardIntakeOwner extends Pick<IntakeOwner, 'onAbandoned'>, Pick<KeeperOwner, 'onRecord'> {
  /** Hands an event out; must not throw. */
  onAccepted(accepted: Accepted): void
}

const NONE: ReadonlySet<number> = new Set()

/**
 * The account of one shard: which events are handed out, which are finished, and what the next process is told. Joins
 * the intake with the store.
 */
export class ShardIntake implements IntakeOwner, KeeperOwner {
  readonly #options: ShardIntakeOptions
  readonly #owner: ShardIntakeOwner
  readonly #intake: Intake
  /** Both are made when an earlier process left something. */
  #gate: ReplayGate<Accepted> | null = null
  #lastChance: LastChance | null = null
  #opening: Promise<SessionKeeper> | null = null
  #keeper: SessionKeeper | null = null
  #closed = false
  /** Offered until it is dropped, since an attempt may end before it is taken. */
  #restored: RestoredSession | null = null
  /** Highest seq that an earlier process may have finished, … */
  #inherited = -1
  /** … and those below it that it had in flight. */
  #unfinished: ReadonlySet<number> = NONE

  constructor(options: ShardIntakeOptions, owner: ShardIntakeOwner) {
    this.#options = options
    this.#owner = owner
    this.#intake = new Intake(options, this)
  }

  get committed(): number | null {
    return this.#intake.committed
  }

  get unsettled(): number {
    return this.#intake.open
  }

  /**
   * Takes the session's place in the store, once, and tells what an earlier process left there.
   *
   * @throws SessionBusyError when another process has it
   */
  async open(identity: SessionIdentity, signal: AbortSignal): Promise<RestoredSession | null> {
    if (this.#keeper) return this.#restored
    const { store, clock } = this.#options
    this.#opening = SessionKeeper.open({ store, identity, clock }, this, signal)
    const keeper = await this.#opening
    // What was opened too late is let go of by close().
    if (this.#closed) throw new Error('the shard is closed')
    this.#keeper = keeper
    this.#opening = null
    const kept = keeper.restored
    if (!kept) return null
    this.#gate = new ReplayGate((accepted) => this.#owner.onAccepted(accepted))
    this.#lastChance = new LastChance(clock, this.#intake)
    this.#intake.restore(kept.checkpoint)
    const { committed, doneAbove, inFlight } = kept.checkpoint
    this.#inherited = Math.max(committed, doneAbove.at(-1)?.[1] ?? 0)
    this.#unfinished = new Set(inFlight.map(([seq]) => seq))
    this.#restored = { id: kept.checkpoint.sessionId, seq: kept.checkpoint.committed, age: kept.age }
    return this.#restored
  }

  begin(sessionId: string): void {
    this.#restored = null
    this.#inherited = -1
    this.#intake.begin(sessionId)
  }

  resumed(): void {
    this.#intake.resumed()
  }

  drop(): void {
    this.#restored = null
    this.#intake.drop()
  }

  /** Something that nobody handles: finished on receipt. */
  pass({ s }: WireFrame): void {
    if (typeof s === 'number') this.#intake.pass(s)
  }

  /** Enters an event, and hands it out unless there is a reason not to, which is returned. */
  receive(frame: WireFrame, replayed: boolean): SkipReason | null {
    const seq = frame.s ?? null
    const key = deliveryKey(frame, () => '') || null
    let verdict = this.#intake.receive(seq, key)
    // Not a replay, and its seq is below one that came before: out of order (§8). Its key tells whether it is a copy,
    // except for what an earlier process may have done.
    const late = verdict === 'done' && !replayed && seq !== null && this.#mayBeNew(seq)
    if (late && key !== null) verdict = this.#intake.receive(null, key)
    if (typeof verdict === 'string') return verdict
    const accepted = { frame, delivery: verdict }
    if (this.#gate) this.#gate.pass(accepted, this.#ready(verdict))
    else this.#owner.onAccepted(accepted)
    return null
  }

  /** Whether an earlier process cannot have finished it. */
  #mayBeNew(seq: number): boolean {
    return seq > this.#inherited || this.#unfinished.has(seq)
  }

  /** What a delivery waits for: before a replay is tried again, the store has to know. */
  #ready(delivery: OpenDelivery): Until {
    if (!delivery.replayed) return null
    const noted = async (): Promise<void> => this.#keeper?.landed(NOTED)
    return delivery.lastChance ? async () => this.#lastChance?.turn(delivery).then(noted) : noted()
  }

  checkpoint(): SessionCheckpoint | null {
    return this.#intake.checkpoint()
  }

  onChange(): void {
    this.#keeper?.mark()
  }

  onAbandoned(delivery: OpenDelivery, reason: AbandonReason): void {
    this.#owner.onAbandoned(delivery, reason)
  }

  onRecord(record: LogRecord): void {
    this.#owner.onRecord(record)
  }

  settle(delivery: OpenDelivery, outcome: Parameters<Intake['settle']>[1]): void {
    this.#intake.settle(delivery, outcome)
  }

  idle(): Promise<void> {
    return this.#intake.idle()
  }

  /** Resolves when everything so far is stored, or the store takes too long. */
  async stored(): Promise<void> {
    await this.#keeper?.landed(FLUSH)
  }

  /** Lets go of the store within some ms, with or without the session. Never rejects. */
  async close(keep: boolean, within: number): Promise<void> {
    this.#gate?.close()
    this.#lastChance?.close()
    this.#intake.close()
    this.#closed = true
    const keeper = this.#keeper ?? (await this.#opening?.catch(() => null))
    await keeper?.close({ keep, within })
  }
}
