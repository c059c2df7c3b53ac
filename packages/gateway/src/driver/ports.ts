import type { Clock, IdentifyPermits, LogRecord, ShardId, Transport, WireFrame } from '@qqkit/core'

import type { GatewayFault } from '../errors/gateway-error.js'
import type { MachineConfig } from '../machine/context.js'
import type { GapNotice } from '../machine/effect.js'
import type { RestoredSession } from '../machine/input.js'
import type { State } from '../machine/state.js'

/** Where to connect, and with what of an earlier process. */
export interface Destination {
  readonly url: string
  /** A session to go on with; asked for when the machine has none. */
  readonly restored: RestoredSession | null
}

/** What a driver works with. Anything here may throw: the driver starts over then. */
export interface DriverTools {
  readonly config: MachineConfig
  readonly clock: Clock
  readonly random: () => number
  readonly transport: Transport
  readonly permits: IdentifyPermits
  readonly intents: number
  /** Messages larger than this, in bytes, end the connection. */
  readonly maxPayload: number
  /** Asked when it identifies, since the total may be known only after the first lookup. */
  readonly shard: () => ShardId
  readonly token: (options: { readonly fresh: boolean; readonly signal: AbortSignal }) => Promise<string>
  readonly destination: (options: {
    readonly wantsSession: boolean
    readonly signal: AbortSignal
  }) => Promise<Destination>
}

/** Where a driver tells what happened. Nothing here may throw. */
export interface DriverEvents {
  readonly onDispatch: (frame: WireFrame, replayed: boolean) => void
  readonly onSessionStarted: (id: string, seq: number | null) => void
  readonly onGap: (gap: GapNotice) => void
  readonly onSessionResumed: () => void
  readonly onSessionDropped: (gap: GapNotice) => void
  /** The state has another name than before. */
  readonly onState: (state: State) => void
  readonly onRecord: (record: LogRecord) => void
  readonly onStopped: (fault: GatewayFault | null, resumable: boolean) => void
}
