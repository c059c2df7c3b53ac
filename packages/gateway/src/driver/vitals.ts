/** When signs of life were last seen, in monotonic ms; `null`: not on this connection. */
export interface Vitals {
  lastFrameAt: number | null
  lastAckAt: number | null
  /** The last regular heartbeat, until it is acknowledged. */
  beatSentAt: number | null
  /** Heartbeat to ACK, in ms. */
  latency: number | null
}

/** How often things happened since the start. */
export interface Counters {
  /** Sockets opened. */
  connects: number
  identifies: number
  resumes: number
  /** Sessions resumed successfully. */
  resumed: number
  /** Losses by close code, or by what else ended the connection. */
  losses: Record<string, number>
  events: number
  /** Events that came again because of a resume. */
  replayed: number
  /** Events that came again although they were done or under way. */
  skipped: number
  zombies: number
  /** Events given up because they took too long or too many were unfinished. */
  abandoned: number
  /** Events not tried again because three processes in a row ended while they were being handled. */
  quarantined: number
  /** Sessions that could not be resumed. */
  gaps: number
}

/** Nothing seen. */
export const noVitals = (): Vitals => ({
  lastFrameAt: null,
  lastAckAt: null,
  beatSentAt: null,
  latency: null,
})

/** Nothing counted. */
export const noCounters = (): Counters => ({
  connects: 0,
  identifies: 0,
  resumes: 0,
  resumed: 0,
  losses: {},
  events: 0,
  replayed: 0,
  skipped: 0,
  zombies: 0,
  abandoned: 0,
  quarantined: 0,
  gaps: 0,
})
