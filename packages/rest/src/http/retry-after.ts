const SECOND = 1000

/**
 * Reads a `Retry-After` header as ms from now: seconds or an HTTP date; `null` for nonsense or none. Nobody has seen the
 * platform send one (§2.6), so the value is not trusted further than that.
 *
 * @param wall wall time in ms, for dates
 */
export const readRetryAfter = (header: string | undefined, wall: number): number | null => {
  const text = header?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND
  // Only real dates: `Date.parse` would also take "-5" or "1 fish" for one.
  if (!/^[A-Za-z]{3,9},? .*GMT$/.test(text)) return null
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - wall)
}
