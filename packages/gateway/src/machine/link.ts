/** What belongs to one socket from its opening on; a new socket starts with a new one. */
export interface Link {
  /** Monotonic ms when the socket opened. */
  readonly openedAt: number
  /** ms between heartbeats; 0 before HELLO. */
  readonly interval: number
  /** Whether a heartbeat has been sent on this socket. */
  readonly beaten: boolean
  /** Whether anything at all arrived since the last heartbeat. */
  readonly heard: boolean
  /** Heartbeats in a row without an ACK. */
  readonly unacked: number
  /** Monotonic ms up to which the answers to heartbeats of the server are accounted for. */
  readonly answeredUntil: number
}

/** A socket that has just opened. */
export const freshLink = (openedAt: number): Link => ({
  openedAt,
  interval: 0,
  beaten: false,
  heard: true,
  unacked: 0,
  answeredUntil: openedAt,
})
