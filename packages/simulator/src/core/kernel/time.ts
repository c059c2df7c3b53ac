const CHINA = 8 * 3_600_000

/** The last result, since one moment is formatted several times. */
let written = { second: Number.NaN, text: '' }

/** RFC 3339 with the offset of the platform, +08:00, in whole seconds (§8). */
export const timestampText = (ms: number): string => {
  const second = Math.floor(ms / 1000)
  if (second !== written.second)
    written = { second, text: `${new Date(second * 1000 + CHINA).toISOString().slice(0, 19)}+08:00` }
  return written.text
}

/** Whole Unix seconds, as lifecycle events carry them (§4.4). */
export const unixSeconds = (ms: number): number => Math.floor(ms / 1000)

/** The number of the day in China, where daily quotas turn over at midnight. */
export const dayNumber = (ms: number): number => Math.floor((ms + CHINA) / 86_400_000)
