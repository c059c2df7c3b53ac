/** What is known of every loss. */
interface Lost {
  /** The row of the policy's rules that applies: a word (`'zombie'`) or a code (`4009`). */
  readonly cause: string | number
  /** Whether the caller holds a session that could be resumed. */
  readonly session: boolean
  /**
   * A wait in ms that the other side told (a `Retry-After`, say). Consumes no attempt; never less than the shortest rung
   * of either ladder, and lengthened by at most a second.
   */
  readonly delay?: number
}

/**
 * A connection that ended, or never came about, as facts: how far it got and how long it lived. Own stops are no losses.
 *
 * - `access`: looking up a token or an address failed; no connection was tried.
 * - `connecting`: the socket never opened.
 * - `greeting`: the socket opened; neither IDENTIFY nor RESUME was sent on it.
 * - `identifying`: IDENTIFY was sent and not answered with READY.
 * - `resuming`: RESUME was sent and not answered with RESUMED; `replayed` tells whether it brought at least one new frame.
 * - `ready`: it had become ready, by READY or RESUMED.
 *
 * `openFor` is the time in ms since the socket opened, `readyFor` the time since it became ready.
 */
export type Loss = Lost &
  (
    | { readonly stage: 'access' | 'connecting' }
    | { readonly stage: 'greeting' | 'identifying'; readonly openFor: number }
    | { readonly stage: 'resuming'; readonly openFor: number; readonly replayed: boolean }
    | { readonly stage: 'ready'; readonly openFor: number; readonly readyFor: number }
  )
