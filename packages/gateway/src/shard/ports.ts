import type {
  Advice,
  Clock,
  IdentifyPermits,
  LogRecord,
  LogSink,
  ShardId,
  Transport,
  WireFrame,
} from '@qqkit/core'
import type { DeadlineQueue } from '@qqkit/core/internal'

import { type GatewayFault, suspectsIn } from '../machine/errors.js'
import type { MachineConfig, RestoredSession } from '../machine/input.js'
import type { State } from '../machine/state.js'
import type { GapNotice } from '../machine/step.js'

/** Where to connect, and which session of an earlier process to resume. */
export interface Destination {
  readonly url: string
  /** A session to resume; asked for when the machine has none. */
  readonly restored: RestoredSession | null
}

/** Shared by all drivers of a gateway. Anything here may throw: the driver starts over then. */
export interface DriverDeps {
  readonly config: MachineConfig
  readonly clock: Clock
  /** One timer of the process for everything that all shards wait for. */
  readonly timers: DeadlineQueue
  readonly random: () => number
  readonly transport: Transport
  readonly permits: IdentifyPermits
  readonly intents: ActiveIntents
  /** Messages larger than this, in bytes, end the connection. */
  readonly maxPayload: number
  token(options: { readonly fresh: boolean; readonly signal: AbortSignal }): Promise<string>
}

/** What a driver reports to its shard, and asks it for. Nothing here may throw, except `destination`. */
export interface DriverEvents {
  /** Read for each Identify, since the total may be known only after the first lookup. */
  readonly id: ShardId
  destination(options: { readonly wantsSession: boolean; readonly signal: AbortSignal }): Promise<Destination>
  /** @param now monotonic ms when the frame was taken */
  onDispatch(frame: WireFrame, now: number): void
  /** An event was left to the next process. */
  onLeftToNext(frame: WireFrame): void
  /**
   * A Resume is about to be sent.
   *
   * @param seq the highest one that came
   * @param since monotonic ms since when events may be missing
   * @returns the seq to resume from
   */
  onResuming(seq: number, since: number): number
  /** The socket did not open. */
  onUnreachable(): void
  onSessionStarted(id: string): void
  onSessionResumed(): void
  onSessionDropped(gap: GapNotice): void
  onGap(gap: GapNotice): void
  /** The state has another name than before. */
  onState(state: State): void
  onRecord(record: LogRecord): void
  onStopped(fault: GatewayFault | null, resumable: boolean): void
}

/** The intents that all shards of a gateway identify with, and those that were left out after refusals (§3.11). */
export class ActiveIntents {
  readonly #asked: number
  readonly #log: LogSink
  #mask: number

  constructor(asked: number, log: LogSink) {
    this.#asked = asked
    this.#mask = asked
    this.#log = log
  }

  get mask(): number {
    return this.#mask
  }

  /** Names of the intents that are left out; usually none. */
  get leftOut(): readonly string[] {
    return suspectsIn(this.#asked & ~this.#mask)
  }

  /** What a person can do about it; `null` when nothing is left out. */
  get advice(): Advice | null {
    const names = this.leftOut.join(', ')
    if (names === '') return null
    return {
      en: `Events of ${names} will not arrive until the process restarts. Apply for the permission in the console, or remove them from the intents.`,
      zh: `在进程重新启动之前不会收到 ${names} 的事件。请在管理端申请权限，或从 intents 中去掉它们。`,
    }
  }

  /** From now on identifies with this mask only, and logs once what is missing. */
  keep(mask: number): void {
    if (mask === this.#mask) return
    this.#mask = mask
    const names = this.leftOut.join(', ')
    this.#log({
      level: 'error',
      event: 'gateway.intents_left_out',
      message: `Identify was refused repeatedly: continuing without the intents ${names}, whose events will not arrive`,
      intents: this.leftOut,
      advice: this.advice,
    })
  }
}
