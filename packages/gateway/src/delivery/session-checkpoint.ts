import type { SeqRange } from './seq-ranges.js'

/** Everything the next process needs to go on where this one stopped (GW-17). */
export interface SessionCheckpoint {
  readonly sessionId: string
  /** Every event up to this seq is finished: a resume asks for what comes after it. */
  readonly committed: number
  /** What is finished above `committed`, as ascending stretches. */
  readonly doneAbove: readonly SeqRange[]
  /** What is not finished, ascending, each with the number of process lives in a row in which it was in flight. */
  readonly inFlight: readonly (readonly [seq: number, lives: number])[]
}
