import type { LogRecord, LogSink, ShardId, WireFrame } from '@qqkit/core'

import type { AbandonReason } from '../checkpoint/open-delivery.js'
import type { Destination, DriverTools } from '../driver/ports.js'
import { ShardDriver } from '../driver/shard-driver.js'
import type { GatewayFault } from '../errors/gateway-error.js'
import type { Outlets } from '../events/outlets.js'
import type { GapNotice } from '../machine/effect.js'
import { describeState } from '../status/describe-state.js'
import type { ShardStatus } from '../status/gateway-status.js'
import { ShardIntake, type Accepted, type ShardIntakeOptions } from './shard-intake.js'

/** What a shard is made of. */
export interface ShardInit {
  readonly id: ShardId
  readonly appId: string
  readonly tools: Omit<DriverTools, 'shard' | 'destination'>
  readonly intake: Pick<ShardIntakeOptions, 'store' | 'deliveryDeadline' | 'maxUnsettled' | 'whenFull'>
  /** Asks where to connect. */
  readonly lookup: (signal: AbortSignal) => Promise<{ readonly url: string }>
  readonly outlets: Outlets
  readonly log: LogSink
  readonly onStopped: (shard: Shard, fault: GatewayFault | null, resumable: boolean) => void
}

/** One shard: its connection, and its events on their way to the consumers. */
export class Shard {
  readonly #init: ShardInit
  readonly #driver: ShardDriver
  readonly #intake: ShardIntake
  #id: ShardId
  #since: number

  constructor(init: ShardInit) {
    this.#init = init
    this.#id = init.id
    const { tools, outlets } = init
    this.#since = tools.clock.wall()
    const log: LogSink = (record) => this.#record(record)
    this.#intake = new ShardIntake({
      ...init.intake,
      clock: tools.clock,
      log,
      onAccepted: (accepted) => this.#handOut(accepted),
      onAbandoned: ({ seq }, reason) =>
        this.#onAbandoned(
          seq,
          reason,
          reason === 'deadline'
            ? 'an event was not finished before its deadline and is given up'
            : 'too many events are unfinished; the oldest is given up',
        ),
    })
    this.#driver = new ShardDriver(
      {
        ...tools,
        shard: () => this.#id,
        destination: ({ wantsSession, signal }) => this.#destination(wantsSession, signal),
      },
      {
        onDispatch: (frame, replayed) => this.#onDispatch(frame, replayed),
        onSessionStarted: (id) => this.#intake.begin(id),
        onSessionResumed: () => this.#intake.resumed(),
        onGap: (gap) => this.#onGap(gap),
        onSessionDropped: (gap) => {
          this.#intake.drop()
          this.#onGap(gap)
        },
        onState: () => {
          this.#since = tools.clock.wall()
          outlets.listeners.emit('status', () => this.status())
        },
        onRecord: log,
        onStopped: (fault, resumable) => init.onStopped(this, fault, resumable),
      },
    )
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
    const { clock } = this.#init.tools
    const { state, vitals, counters } = this.#driver
    const now = clock.now()
    const ageOf = (at: number | null): number | null => (at === null ? null : now - at)
    const { session, memory } = state
    return {
      shard: this.#id,
      state: state.name,
      since: this.#since,
      reason: describeState(state),
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

  async #destination(wantsSession: boolean, signal: AbortSignal): Promise<Destination> {
    const { lookup, appId, tools } = this.#init
    const { url } = await lookup(signal)
    if (!wantsSession) return { url, restored: null }
    const identity = { appId, shard: this.#id, host: new URL(url).host, intents: tools.intents }
    return { url, restored: await this.#intake.open(identity, signal) }
  }

  #onDispatch(frame: WireFrame, replayed: boolean): void {
    if (frame.t === 'READY' || frame.t === 'RESUMED') {
      this.#intake.pass(frame)
      // About the connection, not from a user: there is nothing to finish.
      void this.#init.outlets.listeners.emitEvent(frame, this.#id)
      return
    }
    if (!this.#init.outlets.wants(frame)) return this.#intake.pass(frame)
    const skipped = this.#intake.receive(frame, replayed)
    if (skipped === 'quarantined') this.#onQuarantined(frame)
    else if (skipped === 'refused') {
      this.#onAbandoned(frame.s ?? null, 'overflow', 'too many events are unfinished; the newest is given up')
    } else if (skipped !== null) this.#driver.counters.skipped += 1
  }

  #onAbandoned(seq: number | null, reason: AbandonReason, message: string): void {
    this.#driver.counters.abandoned += 1
    this.#record({ level: 'warn', event: 'gateway.abandoned', message, seq })
    this.#init.outlets.listeners.emit('abandoned', () => ({ shard: this.#id, seq, reason }))
  }

  #onQuarantined(frame: WireFrame): void {
    this.#driver.counters.quarantined += 1
    const message = 'an event that was being handled when three processes in a row ended is not tried again'
    this.#record({ level: 'error', event: 'gateway.quarantined', message, seq: frame.s, name: frame.t })
    this.#init.outlets.listeners.emit('quarantined', () => ({ shard: this.#id, event: frame }))
  }

  #handOut({ frame, delivery }: Accepted): void {
    const { outlets } = this.#init
    outlets.handOut(
      { frame, shard: this.#id, replayed: delivery.replayed, session: delivery.sessionId ?? '' },
      (outcome) => this.#intake.settle(delivery, outcome),
    )
  }

  #onGap({ since, lastSeq, reason }: GapNotice): void {
    const { clock } = this.#init.tools
    const gap = { shard: this.#id, since: clock.wall() - (clock.now() - since), lastSeq, reason }
    this.#record({ level: 'warn', event: 'gateway.gap', message: `events may be lost: ${reason}`, lastSeq })
    this.#init.outlets.listeners.emit('gap', () => gap)
  }

  #record(record: LogRecord): void {
    this.#init.log({ ...record, shard: `${this.#id.index}/${this.#id.total}` })
  }
}
