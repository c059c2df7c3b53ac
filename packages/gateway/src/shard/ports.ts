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

import { type GatewayFault, suspectsIn } from '../machine/errors.js'
import type { Input, MachineConfig, RestoredSession } from '../machine/input.js'
import type { State } from '../machine/state.js'
import type { GapNotice } from '../machine/step.js'

/** Where to connect, and with what of an earlier process. */
export interface Destination {
  readonly url: string
  /** A session to go on with; asked for when the machine has none. */
  readonly restored: RestoredSession | null
}

/** What all drivers of a gateway work with. Anything here may throw: the driver starts over then. */
export interface DriverTools {
  readonly config: MachineConfig
  readonly clock: Clock
  readonly random: () => number
  readonly transport: Transport
  readonly permits: IdentifyPermits
  readonly intents: IntentsInUse
  /** Messages larger than this, in bytes, end the connection. */
  readonly maxPayload: number
  readonly token: (options: { readonly fresh: boolean; readonly signal: AbortSignal }) => Promise<string>
}

/** Whose connection it is, and who is told what happens to it. Nothing here may throw, except `destination`. */
export interface DriverOwner {
  /** Asked for when it identifies, since the total may be known only after the first lookup. */
  readonly id: ShardId
  destination(options: { readonly wantsSession: boolean; readonly signal: AbortSignal }): Promise<Destination>
  onDispatch(frame: WireFrame): void
  /** An event came that is left to the next process. */
  onLeft(frame: WireFrame): void
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

/** Where sockets and timers put what happens. */
export interface Inbox {
  /** Whether events are left to the next process. */
  readonly paused: boolean
  /** An event came while it is paused: a sign of life, and otherwise left to the next process. */
  leave(frame: WireFrame, epoch: number): void
  feed(input: Input): void
}

/** The intents that all shards of a gateway identify with, and what was left out of those that were asked for (§3.11). */
export class IntentsInUse {
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

  /** Names of what is left out; empty as a rule. */
  get leftOut(): readonly string[] {
    return suspectsIn(this.#asked & ~this.#mask)
  }

  /** What a person can do about it; `null` when nothing is left out. */
  get advice(): Advice | null {
    const names = this.leftOut.join(', ')
    if (names === '') return null
    return {
      en: `Events of ${names} will not come before the process starts anew. Apply for the permission in the console, or take them out of the intents.`,
      zh: `在进程重新启动之前不会收到 ${names} 的事件。请在管理端申请权限，或从 intents 中去掉它们。`,
    }
  }

  /** From now on only these. Said once, and loudly. */
  keep(mask: number): void {
    if (mask === this.#mask) return
    this.#mask = mask
    const names = this.leftOut.join(', ')
    this.#log({
      level: 'error',
      event: 'gateway.intents_left_out',
      message: `Identify was refused again and again: going on without the intents ${names}, whose events will not come`,
      intents: this.leftOut,
      advice: this.advice,
    })
  }
}
