/** A number this far above the one before cannot belong to the session: no replay is as long. */
const FARTHEST = 1_000_000
/** Skips up to this many numbers, and numbers this late, are usual. */
const NEAR = 100

/** Whether a number can belong to a session at `seq`; one that cannot counts as absent. */
export const isPlausible = (seq: number | null, next: number): boolean =>
  seq === null || next - seq <= FARTHEST

/** Whether two numbers are close enough to follow each other. */
export const isNear = (seq: number, next: number): boolean => Math.abs(next - seq) <= NEAR

/**
 * The highest certain number: a number that skips others is certain once the next number follows it.
 *
 * @param seq the highest certain number before
 * @param jump the number before, if it skipped others
 * @param next a plausible number
 */
export const progress = (seq: number | null, jump: number | null, next: number): number => {
  if (seq === null) return next
  if (next === seq + 1) return jump === next + 1 ? jump : next
  if (jump === null || next <= jump) return seq
  return next === jump + 1 ? next : jump
}

/**
 * The highest number that may be sent to the server. A number far off may be on the wrong event, and a Resume from a number
 * that the server never had ends the session (4007).
 */
export const reach = (seq: number | null, jump: number | null): number | null =>
  seq !== null && jump !== null && isNear(seq, jump) ? jump : seq
