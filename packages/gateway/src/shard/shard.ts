import type { LogRecord, LogSink, ShardId, WireFrame } from '@qqkit/core'

import type { AbandonReason, OpenDelivery } from '../checkpoint/open-delivery.js'
import type { Destination, DriverOwner, DriverTools } from '../driver/ports.js'
import { ShardDriver } from '../driver/shard-driver.js'
import type { GatewayFault } from '../errors/gateway-error.js'
import type { Outlets } from '../events/outlets.js'
import type { GapNotice } from '../machine/effect.js'
import { adviceOn, describeState } from '../status/describe-state.js'
import type { ShardStatus } from '../status/gateway-status.js'
import { ShardIntake, type Accepted, type ShardIntakeOptions, type ShardIntakeOwner } from './shard-intake.js'

const GIVEN_UP: Readonly<Record<AbandonReason, string>> = {
  deadline: 'an event was not finished before its deadline and is given up',
  overflow: 'too many events are unfinished; the oldest is given up',
}

/** What all shards of a gateway share. */
export interface ShardParts {
  readonly appId: string
  readonly tools: DriverTools
  readonly intake: ShardIntakeOptions
  readonly outlets: Outlets
  readonly log: LogSink
  /** Asks where to connect. */
  readonly lookup: (signal: AbortSignal) => Promise<{ readonly url: string }>
  readonly onStopped: (shard: Shard, fault: GatewayFault | null, resumable: boolean) => void
}

/** One shard: its connection, and its events on their way to the consumers. */
export class Shard implements DriverOwner, ShardIntakeOwner {
  readonly #parts: ShardParts
  readonly #driver: ShardDriver
  readonly #intake: ShardIntake
  #id: ShardId
  #since: number

  constructor(id: ShardId, parts: ShardParts) {
    this.#id = id
    this.#parts = parts
    this.#since = parts.tools.clock.wall()
    this.#intake = new ShardIntake(parts.intake, this)
    this.#driver = new ShardDriver(parts.tools, this)
  }

  get id(): ShardId {
    return this.#id
  }

  /** The total is known only after the first lookup when shards are chosen automatically. */
  renumber(total: number): void {
    this.#id = { index: this.#id.index, total }
  }

  start(): void {
    this.#driver.feed({ type: 'start', epoch: null })
  }

  /** From now on events are left to the next process; settles when none is under way and all is stored. */
  async drain(): Promise<void> {
    this.#driver.pause()
    await this.#intake.idle()
    await this.#intake.stored()
  }

  /** @param within how long closing the socket may take, in ms */
  stop(resumable: boolean, within: number): void {
    this.#driver.feed({ type: 'stop', epoch: null, resumable, within })
  }

  /** Lets go of the store within some ms, with or without the session. Never rejects. */
  release(keep: boolean, within: number): Promise<void> {
    return this.#intake.close(keep, within)
  }

  status(): ShardStatus {
    const { clock, intents } = this.#parts.tools
    const { state, vitals, counters } = this.#driver
    const now = clock.now()
    const ageOf = (at: number | null): number | null => (at === null ? null : now - at)
    const { session, memory } = state
    return {
      shard: this.#id,
      state: state.name,
      since: this.#since,
      reason: describeState(state, intents.leftOut),
      advice: adviceOn(state, intents.mask) ?? intents.advice,
      attempt: memory.history.attempts + memory.history.accessAttempts,
      nextAttemptAt: state.name === 'waiting' ? clock.wall() + state.until - now : null,
      sessionAge: session && now - session.startedAt,
      received: session?.seq ?? null,
      committed: this.#intake.committed,
      unsettled: this.#intake.unsettled,
      lastFrameAge: ageOf(vitals.lastFrameAt),
      lastAckAge: ageOf(vitals.lastAckAt),
      latency: vitals.latency,
      counters: { ...counters, losses: { ...counters.losses } },
    }
  }

  async destination({
    wantsSession,
    signal,
  }: Parameters<DriverOwner['destination']>[0]): Promise<Destination> {
    const { lookup, appId, tools } = this.#parts
    const { url } = await lookup(signal)
    if (!wantsSession) return { url, restored: null }
    const identity = { appId, shard: this.#id, host: new URL(url).host, intents: tools.intents.mask }
    return { url, restored: await this.#intake.open(identity, signal) }
  }

  onDispatch(frame: WireFrame, replayed: boolean): void {
    const { outlets } = this.#parts
    if (frame.t === 'READY' || frame.t === 'RESUMED') {
      this.#intake.pass(frame)
      // About the connection, not from a user: there is nothing to finish.
      void outlets.listeners.emitEvent(frame, this.#id)
      return
    }
    if (!outlets.wants(frame)) return this.#intake.pass(frame)
    const skipped = this.#intake.receive(frame, replayed)
    if (skipped === 'quarantined') this.#onQuarantined(frame)
    else if (skipped === 'refused') {
      this.#giveUp(frame.s ?? null, 'overflow', 'too many events are unfinished; the newest is given up')
    } else if (skipped !== null) this.#driver.counters.skipped += 1
  }

  onAccepted({ frame, delivery }: Accepted): void {
    this.#parts.outlets.handOut(
      { frame, shard: this.#id, replayed: delivery.replayed, session: delivery.sessionId ?? '' },
      (outcome) => this.#intake.settle(delivery, outcome),
    )
  }

  onAbandoned({ seq }: OpenDelivery, reason: AbandonReason): void {
    this.#giveUp(seq, reason, GIVEN_UP[reason])
  }

  onSessionStarted(id: string): void {
    this.#intake.begin(id)
  }

  onSessionResumed(): void {
    this.#intake.resumed()
  }

  onSessionDropped(gap: GapNotice): void {
    this.#intake.drop()
    this.onGap(gap)
  }

  onGap({ since, lastSeq, reason }: GapNotice): void {
    const { tools, outlets } = this.#parts
    const { clock } = tools
    const gap = { shard: this.#id, since: clock.wall() - (clock.now() - since), lastSeq, reason }
    this.onRecord({ level: 'warn', event: 'gateway.gap', message: `events may be lost: ${reason}`, lastSeq })
    outlets.listeners.emit('gap', () => gap)
  }

  onState(): void {
    const { tools, outlets } = this.#parts
    this.#since = tools.clock.wall()
    outlets.listeners.emit('status', () => this.status())
  }

  onRecord(record: LogRecord): void {
    this.#parts.log({ ...record, shard: `${this.#id.index}/${this.#id.total}` })
  }

  onStopped(fault: GatewayFault | null, resumable: boolean): void {
    this.#parts.onStopped(this, fault, resumable)
  }

  #giveUp(seq: number | null, reason: AbandonReason, message: string): void {
    this.#driver.counters.abandoned += 1
    this.onRecord({ level: 'warn', event: 'gateway.abandoned', message, seq })
    this.#parts.outlets.listeners.emit('abandoned', () => ({ shard: this.#id, seq, reason }))
  }

  #onQuarantined(frame: WireFrame): void {
    this.#driver.counters.quarantined += 1
    const message = 'an event that was being handled when three processes in a row ended is not tried again'
    this.onRecord({ level: 'error', event: 'gateway.quarantined', message, seq: frame.s, name: frame.t })
    this.#parts.outlets.listeners.emit('quarantined', () => ({ shard: this.#id, event: frame }))
  }
}
