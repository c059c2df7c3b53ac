/** A number this far above the one before cannot belong to the session: no replay is as long. */
const FARTHEST = 1_000_000
/** A number that leaves out fewer than these is nothing unusual. */
const NEAR = 100

/** Whether a number can belong to a session at `seq`; one that cannot counts as absent. */
export const isPlausible = (seq: number | null, next: number): boolean =>
  seq === null || next - seq <= FARTHEST

/**
 * How far a session has come. A number far above is doubted until the next one confirms it: it may be on the wrong event, and a
 * Resume from a number that the server never had ends the session (4007). A late number changes nothing.
 *
 * @param seq how far it had come
 * @param jump the number before, if it is doubted
 * @param next a plausible number
 */
export const progress = (seq: number | null, jump: number | null, next: number): number => {
  if (seq === null) return next
  if (next - seq <= NEAR) return Math.max(seq, next)
  if (jump === null || next <= jump) return seq
  return next === jump + 1 ? next : jump
}
