import { isObject } from '../../http/read-answer.js'
import type { MediaFacts } from '../media.js'

/** The form of what is kept; another one is not looked at. */
const VERSION = 1

/** Share of its lifetime at the end of which a file is not offered any more, and how much that is at most, in ms. */
const MARGIN = 0.1
const LONGEST_MARGIN = 60_000

/** How long a file may be kept from now on, in ms: it must still be good when the message that names it arrives. */
export const lifetimeOf = ({ expiresAt, ttl }: MediaFacts, wall: number): number | null =>
  expiresAt === null ? null : expiresAt - wall - Math.min(ttl * 1000 * MARGIN, LONGEST_MARGIN)

/** Facts as a text for a cache. */
export const keepMedia = (facts: MediaFacts): string => JSON.stringify({ v: VERSION, ...facts })

const parsed = (kept: string): unknown => {
  try {
    return JSON.parse(kept)
  } catch {
    return null
  }
}

/** Facts of a text from a cache; `null` for one that is not ours, or whose time is over by now. */
export const recallMedia = (kept: string, wall: number): MediaFacts | null => {
  const fields = parsed(kept)
  if (!isObject(fields) || fields['v'] !== VERSION) return null
  const { fileInfo, fileUuid, ttl, expiresAt, rawUrl } = fields
  if (typeof fileInfo !== 'string' || fileInfo === '' || typeof fileUuid !== 'string') return null
  if (typeof ttl !== 'number' || (rawUrl !== null && typeof rawUrl !== 'string')) return null
  if (expiresAt !== null && typeof expiresAt !== 'number') return null
  const facts = { fileInfo, fileUuid, ttl, expiresAt, rawUrl }
  const left = lifetimeOf(facts, wall)
  return left === null || left > 0 ? facts : null
}
