/** Facts that every disconnect has. */
interface DisconnectFacts {
  /** The key of a rule in the policy: a word (`'zombie'`) or a code (`4009`). */
  readonly cause: string | number
  /** Whether the caller holds a session that could be resumed. */
  readonly session: boolean
  /**
   * A wait in ms that the other side asked for, e.g. with `Retry-After`. It consumes no attempt, is at least the shortest
   * rung of either ladder, and gets at most a second of jitter.
   */
  readonly delay?: number
}

/**
 * A connection that ended or could not be made, as facts: which stage it reached and how long it lived. A close by the
 * caller itself is not a disconnect.
 *
 * - `http`: an HTTP call failed, such as the lookup of a token or an address; no connection was tried.
 * - `connecting`: the socket never opened.
 * - `greeting`: the socket opened; neither IDENTIFY nor RESUME was sent.
 * - `identifying`: IDENTIFY was sent and not answered with READY.
 * - `resuming`: RESUME was sent and not answered with RESUMED; `replayed` tells whether at least one new frame came.
 * - `ready`: the connection had become ready, by READY or RESUMED.
 *
 * `openFor` is the time in ms since the socket opened, `readyFor` the time since the connection became ready.
 */
export type Disconnect = DisconnectFacts &
  (
    | { readonly stage: 'http' | 'connecting' }
    | { readonly stage: 'greeting' | 'identifying'; readonly openFor: number }
    | { readonly stage: 'resuming'; readonly openFor: number; readonly replayed: boolean }
    | { readonly stage: 'ready'; readonly openFor: number; readonly readyFor: number }
  )
