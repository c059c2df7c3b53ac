import type { LogSink, ShardId, WireFrame } from '@qqkit/core'

import type { DriverTools } from '../driver/ports.js'
import { ShardDriver } from '../driver/shard-driver.js'
import type { GatewayFault } from '../errors/gateway-error.js'
import type { Outlets } from '../events/outlets.js'
import { describeState } from '../status/describe-state.js'
import type { ShardStatus } from '../status/gateway-status.js'

/** What a shard is made of. */
export interface ShardInit {
  readonly id: ShardId
  readonly tools: Omit<DriverTools, 'shard'>
  readonly outlets: Outlets
  readonly log: LogSink
  readonly onStopped: (shard: Shard, fault: GatewayFault | null) => void
}

/** One shard: its connection, and its events on their way to the consumers. */
export class Shard {
  readonly #init: ShardInit
  readonly #driver: ShardDriver
  #id: ShardId
  #since: number
  #unsettled = 0
  #intake = true
  #onIdle: (() => void) | null = null

  constructor(init: ShardInit) {
    this.#init = init
    this.#id = init.id
    this.#since = init.tools.clock.wall()
    const { listeners } = init.outlets
    this.#driver = new ShardDriver(
      { ...init.tools, shard: () => this.#id },
      {
        onDispatch: (frame, replayed) => this.#onDispatch(frame, replayed),
        onSessionStarted: () => {},
        onSessionDropped: ({ since, lastSeq, reason }) => {
          const { clock } = init.tools
          const gap = { shard: this.#id, since: clock.wall() - (clock.now() - since), lastSeq, reason }
          this.#record({
            level: 'warn',
            event: 'gateway.gap',
            message: `events may be lost: ${reason}`,
            lastSeq,
          })
          listeners.emit('gap', gap)
        },
        onLost: () => {},
        onState: () => {
          this.#since = init.tools.clock.wall()
          listeners.emit('status', this.status())
        },
        onRecord: (record) => this.#record(record),
        onStopped: (fault) => init.onStopped(this, fault),
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

  /** From now on events are left to the next process or connection; those under way go on. */
  pause(): void {
    this.#intake = false
  }

  /** Settles when no event is under way. */
  async idle(): Promise<void> {
    if (this.#unsettled === 0) return
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
  }

  stop(resumable: boolean): void {
    this.#intake = false
    this.#driver.feed({ type: 'stop', epoch: null, resumable })
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
      committed: null,
      unsettled: this.#unsettled,
      lastFrameAge: ageOf(vitals.lastFrameAt),
      lastAckAge: ageOf(vitals.lastAckAt),
      latency: vitals.latency,
      counters: { ...counters, losses: { ...counters.losses } },
    }
  }

  #onDispatch(frame: WireFrame, replayed: boolean): void {
    if (!this.#intake || !this.#init.outlets.wants(frame)) return
    this.#unsettled += 1
    this.#init.outlets.handOut(
      { frame, shard: this.#id, replayed, session: this.#driver.state.session?.id ?? '' },
      () => this.#onSettled(),
    )
  }

  #onSettled(): void {
    this.#unsettled -= 1
    if (this.#unsettled === 0) this.#onIdle?.()
  }

  #record(record: Parameters<LogSink>[0]): void {
    this.#init.log({ ...record, shard: `${this.#id.index}/${this.#id.total}` })
  }
}
