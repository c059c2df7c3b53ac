/** Go's `time.String()`, seen in group messages: `2023-11-06 13:37:18 +0800 CST m=+12.3` (§8). */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)/

/** Wall time in ms out of an event's `timestamp`: RFC 3339, Go's form, or Unix seconds (§8); `null` when unreadable. */
export const parseTimestamp = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : null
  if (typeof value !== 'string' || value === '') return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const go = GO_TIME.exec(value)
  const ms = Date.parse(go ? `${go[1]}T${go[2]}${go[3]}:${go[4]}` : value)
  return Number.isNaN(ms) ? null : ms
}
