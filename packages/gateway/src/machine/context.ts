import type { Policy } from '@qqkit/reconnect-policy'

/** How long each step may take, in ms. */
export interface Deadlines {
  /** Token and gateway address. */
  readonly prepare: number
  /** From opening the socket to its being open. */
  readonly open: number
  /** From there to HELLO. */
  readonly hello: number
  /** Waiting for a turn to identify. */
  readonly permit: number
  /** From Identify to READY. */
  readonly ready: number
  /** From Resume, or the last replayed event, to RESUMED. */
  readonly resumed: number
  /** From our close frame to the server's. */
  readonly close: number
}

/** Which heartbeat intervals of the server are believed, in ms. */
export interface HeartbeatLimits {
  readonly min: number
  readonly max: number
  /** Used instead of what is not believed. */
  readonly fallback: number
}

/** `keep`: ask for the same again; `leave-out`: go on without those that not every bot has. */
export type OnRefusedIntents = 'keep' | 'leave-out'

/** What a machine is made for; never changes while it lives. */
export interface MachineConfig {
  readonly policy: Policy
  readonly deadlines: Deadlines
  readonly heartbeat: HeartbeatLimits
  /** ms after which a session is given up at a quiet moment; `null`: never. */
  readonly maxSessionAge: number | null
  /** What to do when Identify is refused again and again, probably for its intents. */
  readonly onRefusedIntents: OnRefusedIntents
}

/** Everything a transition may look at besides state and input. */
export interface Context {
  readonly config: MachineConfig
  /** Monotonic time in ms. */
  readonly now: number
  readonly random: () => number
  /** The mask to identify with. */
  readonly intents: number
}
