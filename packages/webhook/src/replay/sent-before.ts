import type { WireFrame } from '@qqkit/core'

/** Wall time in ms of an event: RFC 3339 in messages, Unix seconds elsewhere (§8); `NaN` where it has none. */
const sentAt = ({ d }: WireFrame): number => {
  if (typeof d !== 'object' || d === null || !('timestamp' in d)) return Number.NaN
  const { timestamp } = d
  if (typeof timestamp === 'number') return timestamp * 1000
  if (typeof timestamp !== 'string') return Number.NaN
  return /^\d+$/.test(timestamp) ? Number(timestamp) * 1000 : Date.parse(timestamp)
}

/**
 * Whether an event may be older than a moment, as far as it tells. The platform tells the time in whole seconds, so one of the
 * same second may be: a process can be killed and be back within it.
 */
export const sentBefore = (frame: WireFrame, wall: number): boolean =>
  Math.floor(sentAt(frame) / 1000) <= Math.floor(wall / 1000)
