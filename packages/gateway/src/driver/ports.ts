import type { Clock, IdentifyPermits, LogRecord, ShardId, Transport, WireFrame } from '@qqkit/core'

import type { GatewayFault } from '../errors/gateway-error.js'
import type { MachineConfig } from '../machine/context.js'
import type { GapNotice } from '../machine/effect.js'
import type { Input, RestoredSession } from '../machine/input.js'
import type { State } from '../machine/state.js'
import type { IntentsInUse } from './intents-in-use.js'

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
