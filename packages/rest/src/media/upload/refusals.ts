import type { ErrorClass } from '@qqkit/protocol'

import { failureMeans, type RestError } from '../../errors/rest-error.js'
import type { Situation } from '../../types/situation.js'

/** Whether an address was refused for its format. */
export const formatRefused = (refusal: RestError): boolean => failureMeans(refusal, 'mediaFormatRefused')

/**
 * Whether bytes may be accepted after an address was refused: the platform could not fetch it, or guessed its format
 * from the address, e.g. `.php` (§5.5).
 */
export const bytesMayHelp = (refusal: RestError): boolean =>
  refusal.situation === 'refused' && (failureMeans(refusal, 'mediaNotFetchable') || formatRefused(refusal))

/** Situations in which the platform answered; all others concern the connection, the token or rate limits. */
const ANSWERED: ReadonlySet<Situation> = new Set(['refused', 'server_error', 'fault', 'fault_once'])
/** Classes of codes about the content or the target, which are the same in parts (§2.7). */
const SAME_IN_PARTS: ReadonlySet<ErrorClass> = new Set(['unreachable', 'content'])
/** "Too large". It has no class, but parts do not make a file smaller (§2.8). */
const TOO_LARGE = 850031

/**
 * Whether an upload in parts may succeed after the undocumented upload in one call failed (§5.5). Codes about the file
 * itself apply to its parts as well; "download failed" says nothing, since nothing was downloaded.
 */
export const partsMayHelp = (refusal: RestError): boolean => {
  const { situation, facts, httpStatus } = refusal
  // A failure in this process has no answer.
  if (httpStatus === null || !ANSWERED.has(situation)) return false
  if (!facts || facts.mediaNotFetchable) return true
  return !SAME_IN_PARTS.has(facts.class) && facts.code !== TOO_LARGE
}
