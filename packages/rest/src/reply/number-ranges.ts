/** What a reply is to its anchor: each kind has numbers of its own, so that what a number stands for does not depend on time. */
export type SendKind =
  /** What a handler answers, in call order. */
  | 'answer'
  /** A reply of an earlier event that had to wait. */
  | 'parked'
  /** That an answer is on its way. It comes or not, as time goes. */
  | 'notice'
  /** That a handler failed. The next run may not. */
  | 'apology'
  /** What stands in for a stream, or goes on behind it. */
  | 'companion'

/** First and last `msg_seq` of a kind. */
export type NumberRange = readonly [first: number, last: number]

/** The numbers of each kind, and those that are drawn where others were used already. They must not overlap. */
export type NumberRanges = Readonly<Record<SendKind | 'random', NumberRange>>

/** All below 65 536, the end of the largest range that was seen in use: the official one is unknown ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). */
export const numberRanges: NumberRanges = Object.freeze({
  answer: [1, 9999],
  parked: [10_000, 59_999],
  notice: [60_000, 60_999],
  apology: [61_000, 61_999],
  companion: [62_000, 62_999],
  random: [63_000, 65_535],
} as const)

/** The names of two ranges that have a number in common; `null` where none do. */
export const overlapOf = (ranges: NumberRanges): readonly [string, string] | null => {
  const sorted = Object.entries(ranges).toSorted(([, [one]], [, [other]]) => one - other)
  for (const [index, [name, [first]]] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before[1][1] >= first) return [before[0], name]
  }
  return null
}
