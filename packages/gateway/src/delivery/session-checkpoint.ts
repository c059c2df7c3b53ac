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

/** What is finished by either of two accounts of one session: each may know of an end that the other has missed. */
export const joinCheckpoints = (stored: SessionCheckpoint, own: SessionCheckpoint): SessionCheckpoint => {
  const committed = Math.max(stored.committed, own.committed)
  const isDone = (seq: number): boolean =>
    [stored, own].some(
      (one) => seq <= one.committed || one.doneAbove.some(([from, to]) => from <= seq && seq <= to),
    )
  const inFlight = [...new Map([...own.inFlight, ...stored.inFlight])]
    .filter(([seq]) => !isDone(seq))
    .sort(([one], [other]) => one - other)
  const doneAbove = join([...stored.doneAbove, ...own.doneAbove], committed)
  return { sessionId: stored.sessionId, committed, doneAbove, inFlight }
}

/** Stretches as ascending ones that do not touch, without what is not above a seq. */
const join = (ranges: readonly SeqRange[], above: number): readonly SeqRange[] => {
  const joined: [number, number][] = []
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    if (to <= above) continue
    const last = joined.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else joined.push([Math.max(from, above + 1), to])
  }
  return joined
}
