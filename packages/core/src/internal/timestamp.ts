/** Go's `time.String()`, seen in group messages: `2023-11-06 13:37:18 +0800 CST m=+12.3` (§8). */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)/

/** No event has so many seconds, which is the year 5138, and all have more milliseconds since 1973. */
const FIRST_MS = 1e11

const fromUnix = (time: number): number => (time < FIRST_MS ? time * 1000 : time)

/**
 * Wall time in ms out of an event's `timestamp`: RFC 3339, Go's form, or Unix seconds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}); milliseconds are recognised by their size.
 * `null` when unreadable.
 */
export const parseTimestamp = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? fromUnix(value) : null
  if (typeof value !== 'string' || value === '') return null
  if (/^\d+$/.test(value)) return fromUnix(Number(value))
  const go = GO_TIME.exec(value)
  const ms = Date.parse(go ? `${go[1]}T${go[2]}${go[3]}:${go[4]}` : value)
  return Number.isNaN(ms) ? null : ms
}
