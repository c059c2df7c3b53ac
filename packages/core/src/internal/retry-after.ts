const SECOND = 1000

/**
 * Reads a `Retry-After` header as ms from now: seconds or an HTTP date; `null` for nonsense or none. The platform is
 * not known to send one ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6}).
 *
 * @param wall wall time in ms, for dates
 */
export const readRetryAfter = (header: string | undefined, wall: number): number | null => {
  if (header === undefined) return null
  const text = header.trim()
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND
  // Only real dates: `Date.parse` would also take "-5" or "1 fish" for one.
  if (!/^[A-Za-z]{3,9},? .*GMT$/.test(text)) return null
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - wall)
}

/** Longest hold in ms, whatever `Retry-After` says: one odd answer must not silence a bot for days. */
export const MAX_HOLD = 3_600_000
