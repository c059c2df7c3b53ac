/**
 * The occasions on which a fault can strike: places in the core that call `strikeFault`.
 *
 * To add a kind of effect: a member of one of the actions below, its schema in `faults/check-fault.ts`, and its
 * execution in `gateway/socket-faults.ts`, `calls/call-faults.ts`, `gateway/connect.ts` (handshakes) or
 * `events/webhook-push.ts`.
 */
export type FaultTrigger =
  | 'open'
  | 'connect'
  | 'identify'
  | 'resume'
  | 'replay'
  | 'heartbeat'
  | 'event'
  | 'call'
  | 'push'

/** Limits of a fault; a field that is left out matches everything. */
export interface FaultMatch {
  /** AppID of the bot. */
  readonly bot?: string
  /** Number of the connection, as in the log. */
  readonly connection?: number
  /** Name of a route, e.g. `'c2c.send'`, or its last or first part, e.g. `'send'` or `'c2c'`. */
  readonly route?: string
  /** Name of the user, group, channel or DM partner that the call or event belongs to. */
  readonly peer?: string
  /** Name of one person: the one who caused the event, or whose message or click the call answers. */
  readonly person?: string
  /** Name of the event. */
  readonly t?: string
  /** Sends only: with (`true`) or without an anchor. */
  readonly passive?: boolean
  /** Sends only: the `msg_type`. */
  readonly msgType?: number
  /** Uploads only: by `url` (`true`) or otherwise. */
  readonly url?: boolean
}

/** The effects of a fault on a connection, on an occasion or at once through `faults.now`. */
export type SocketAction =
  /** The answer or the event is not sent: no HELLO, no READY, no RESUMED, no ACK, a lost event. */
  | { readonly kind: 'ignore' }
  | { readonly kind: 'delay'; readonly ms: number }
  /**
   * The connection ends without a close frame. With `after`, the frame goes out and the end comes that many ms later.
   */
  | { readonly kind: 'drop'; readonly after?: number }
  | { readonly kind: 'reset'; readonly after?: number }
  | { readonly kind: 'half-open' }
  /** A close frame; `after` as above. */
  | { readonly kind: 'close'; readonly code: number; readonly reason?: string; readonly after?: number }
  /** op 7, optionally followed by the platform's own close after `after` ms (default 0). */
  | { readonly kind: 'reconnect'; readonly thenClose?: number; readonly after?: number }
  /** op 9 with this `d`; `undefined` leaves the field out. Optionally followed by a close. */
  | { readonly kind: 'invalid'; readonly d?: unknown; readonly thenClose?: number; readonly after?: number }
  | { readonly kind: 'duplicate' }
  /** Held back until the next frame has gone out. */
  | { readonly kind: 'reorder' }
  /** Text that is not JSON, in place of the frame. */
  | { readonly kind: 'garbage'; readonly text?: string }
  /** The frame, cut in the middle. */
  | { readonly kind: 'truncate' }
  /** The frame, padded beyond `bytes` (default 8 MiB). */
  | { readonly kind: 'oversize'; readonly bytes?: number }
  /** The frame as a binary message. */
  | { readonly kind: 'binary' }
  /** The platform sends a heartbeat, op 1, after the frame if there is one. `d`: default the session's last number. */
  | { readonly kind: 'heartbeat'; readonly d?: unknown }
  /** Any frame, in place of the answer. */
  | { readonly kind: 'frame'; readonly frame: unknown }
  /** HELLO with this `heartbeat_interval`. */
  | { readonly kind: 'interval'; readonly value: unknown }

/**
 * The moment of a fault within a call: before, during or after its execution. During the execution, an answer or error
 * is sent at once and the execution ends later; a hang or reset follows the head and half of the platform's own answer.
 */
export type FaultMoment = 'before' | 'during' | 'after'

/** The effects of a fault on an HTTP call. `when` is `'before'` unless given. */
export type CallAction =
  /** A fixed answer: `body` as JSON, or the text `raw` with the content type `type`. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: unknown
      readonly raw?: string
      readonly type?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly when?: FaultMoment
      /** With `'during'`: ms after the answer until the call has been executed; default 100. */
      readonly takes?: number
    }
  /**
   * A business error with the platform's error body; with `null` the body has no code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}). `takes` as above.
   */
  | {
      readonly kind: 'error'
      readonly code: number | null
      readonly message?: string
      readonly status?: number
      readonly when?: FaultMoment
      readonly takes?: number
    }
  /** No answer, or an answer without an end. */
  | { readonly kind: 'hang'; readonly when?: FaultMoment }
  /** The connection is torn down. */
  | { readonly kind: 'reset'; readonly when?: FaultMoment }
  /**
   * The answer is `ms` late; with `'before'` so is the execution, which happens even if the client no longer waits.
   * Default `'after'`.
   */
  | { readonly kind: 'delay'; readonly ms: number; readonly when?: 'before' | 'after' }

/** The effects of a fault on a WebSocket handshake, before the connection exists. */
export type OpenAction =
  | { readonly kind: 'refuse'; readonly status?: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

/** The effects of a fault on a webhook push. */
export type PushAction =
  | { readonly kind: 'ignore' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'duplicate' }
  /** One bit of the signature is wrong. */
  | { readonly kind: 'forge' }

/** The effects that a trigger allows. */
export type FaultAction<On extends FaultTrigger> = On extends 'call'
  ? CallAction
  : On extends 'push'
    ? PushAction
    : On extends 'open'
      ? OpenAction
      : SocketAction

/** A fault as plain data, so that it fits into a scenario file. */
export type FaultSpec = {
  readonly id?: string
  readonly match?: FaultMatch
  /** Number of strikes; default 1. */
  readonly times?: number | 'forever'
  /** Probability of a strike on each occasion, drawn from the seed; default 1. */
  readonly chance?: number
  /** Number of occasions before the first strike; default 0. */
  readonly skip?: number
} & (
  | {
      readonly on: 'connect' | 'identify' | 'resume' | 'replay' | 'heartbeat' | 'event'
      readonly do: SocketAction
    }
  | { readonly on: 'call'; readonly do: CallAction }
  | { readonly on: 'push'; readonly do: PushAction }
  | { readonly on: 'open'; readonly do: OpenAction }
)

/** An armed fault. */
export interface ArmedFault {
  readonly id: string
  readonly spec: FaultSpec
  left: number
  skip: number
}
