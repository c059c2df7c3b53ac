/** A number this far above the one before it is none of the session's: no replay and no skipping is as long. */
const FARTHEST = 1_000_000
/** Numbers that leave out fewer than these, and numbers that come this late, are nothing unusual. */
const NEAR = 100

/** Whether a number can belong to a session that has come as far as `seq`. What cannot counts as absent. */
export const isPlausible = (seq: number | null, next: number): boolean =>
  seq === null || next - seq <= FARTHEST

/** Whether nobody is surprised that one number follows, or precedes, the other. */
export const isNear = (seq: number, next: number): boolean => Math.abs(next - seq) <= NEAR

/**
 * How far a session has come for sure: a number that leaves others out is sure when the very next one goes on from it.
 *
 * @param seq how far it had come
 * @param jump the number before, if it left others out
 * @param next a plausible number
 */
export const progress = (seq: number | null, jump: number | null, next: number): number => {
  if (seq === null) return next
  if (next === seq + 1) return jump === next + 1 ? jump : next
  if (jump === null || next <= jump) return seq
  return next === jump + 1 ? next : jump
}

/**
 * How far a session may be said to have come. A number far off stands perhaps on the wrong event, and a Resume from one
 * that the server never had ends the session (4007).
 */
export const reach = (seq: number | null, jump: number | null): number | null =>
  seq !== null && jump !== null && isNear(seq, jump) ? jump : seq
