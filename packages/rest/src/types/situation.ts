/** Whether a failed request was executed: no, perhaps, or yes. */
export type Delivered = 'no' | 'unknown' | 'yes'

/** Whether a repeat can help: never, once, or with growing waits. */
export type Repeat = 'never' | 'once' | 'backoff'

/** How one attempt failed. Each has a row in the retry table. */
export type Situation =
  | 'not_connected'
  | 'no_answer'
  | 'server_error'
  | 'no_token'
  | 'limited'
  | 'quota'
  | 'unauthorized'
  | 'fault'
  | 'fault_once'
  | 'refused'

/** What is known about one situation. */
export interface SituationFact {
  /** Meaning, for people. */
  readonly meaning: string
  /** Whether the platform may have executed the request. */
  readonly delivered: Delivered
  /**
   * Whether a later refusal as duplicate proves that this attempt was executed
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
   */
  readonly mayCollide: boolean
}

/**
 * What each situation means and what it tells about delivery
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-4 §2.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}).
 */
export const situations: Readonly<Record<Situation, SituationFact>> = Object.freeze({
  not_connected: { meaning: 'no connection, nothing was sent', delivered: 'no', mayCollide: false },
  no_answer: {
    meaning: 'no readable answer after the request was sent',
    delivered: 'unknown',
    mayCollide: true,
  },
  server_error: { meaning: 'the platform failed while processing', delivered: 'unknown', mayCollide: true },
  no_token: {
    meaning: 'no access token was available, nothing was sent',
    delivered: 'no',
    mayCollide: false,
  },
  limited: { meaning: 'too frequent', delivered: 'no', mayCollide: false },
  quota: { meaning: 'the quota of the period is used up', delivered: 'no', mayCollide: false },
  unauthorized: { meaning: 'the access token was refused', delivered: 'no', mayCollide: false },
  fault: { meaning: 'a temporary failure, reported by code', delivered: 'no', mayCollide: true },
  fault_once: { meaning: 'a system error that may be repeated once', delivered: 'no', mayCollide: true },
  refused: { meaning: 'refused', delivered: 'no', mayCollide: false },
})
