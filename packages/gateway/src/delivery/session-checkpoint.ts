import type { SeqRange } from './seq-ranges.js'

/** Everything the next process needs to continue where this one stopped (GW-17). */
export interface SessionCheckpoint {
  readonly sessionId: string
  /** Every event up to this seq is finished: a resume asks for what comes after it. */
  readonly committed: number
  /** What is finished above `committed`, as ascending ranges. */
  readonly doneAbove: readonly SeqRange[]
  /** What is not finished, ascending, each with the number of processes in a row that died while it was in flight. */
  readonly inFlight: readonly (readonly [seq: number, crashes: number])[]
}

/** What the next process needs of a session; `committed` and `inFlight` say what is unfinished of the numbers seen. */
export const checkpointOf = (
  sessionId: string,
  committed: number,
  seen: readonly SeqRange[],
  inFlight: SessionCheckpoint['inFlight'],
): SessionCheckpoint => {
  const doneAbove: SeqRange[] = []
  let at = 0
  for (const [first, last] of seen) {
    let from = Math.max(first, committed + 1)
    while (at < inFlight.length && (inFlight[at] as readonly [number, number])[0] < from) at += 1
    for (; at < inFlight.length; at += 1) {
      const [seq] = inFlight[at] as readonly [number, number]
      if (seq > last) break
      if (seq > from) doneAbove.push([from, seq - 1])
      from = seq + 1
    }
    if (from <= last) doneAbove.push([from, last])
  }
  return { sessionId, committed, doneAbove, inFlight }
}

/** One checkpoint of two of the same session: each may know of a finished event that the other has missed. */
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

/** The parts of ranges above a seq, as ascending ranges that do not touch. */
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
