import { failureMeans, RestError } from '@qqkit/rest'

/** What a proactive message ends in that this conversation does not take now. */
const NOT_NOW: ReadonlySet<string> = new Set(['proactive_refused', 'quota_used_up', 'rate_limited'])

const anchorDead = (error: RestError): boolean => failureMeans(error, 'anchorDead')

/**
 * Whether a reply can be neither an answer any more nor a proactive message now, and certainly has not arrived: its anchor
 * was dead, and the proactive message that took its place was refused or never allowed.
 */
export const isUndeliverable = (error: unknown): error is RestError => {
  if (!RestError.is(error) || error.delivered !== 'no') return false
  if (anchorDead(error)) return true
  return RestError.is(error.cause) && anchorDead(error.cause) && NOT_NOW.has(error.code)
}
