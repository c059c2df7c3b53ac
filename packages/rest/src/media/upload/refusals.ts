import type { ErrorClass } from '@qqkit/protocol'

import { failureMeans, type RestError } from '../../errors/rest-error.js'
import type { Situation } from '../../types/situation.js'

/** Whether an address was refused for its format. */
export const formatRefused = (refusal: RestError): boolean => failureMeans(refusal, 'mediaFormatRefused')

/**
 * Whether bytes may be taken where an address was refused: the platform could not fetch it, or judged its format by its look,
 * as with one that ends in `.php` (§5.5).
 */
export const bytesMayHelp = (refusal: RestError): boolean =>
  refusal.situation === 'refused' && (failureMeans(refusal, 'mediaNotFetchable') || formatRefused(refusal))

/** How a whole file fails that was answered; everything else is of the connection, the token or the pace. */
const ANSWERED: ReadonlySet<Situation> = new Set(['refused', 'server_error', 'fault', 'fault_once'])
/** Classes of codes that are about the content or the target: those are the same in parts (§2.7). */
const SAME_IN_PARTS: ReadonlySet<ErrorClass> = new Set(['unreachable', 'content'])
/** Too large. Of no class, but parts make no file smaller (§2.8). */
const TOO_LARGE = 850031

/**
 * Whether the parts of a file may be taken where the whole of it was refused, or failed inside the platform: the one call
 * is in no documentation (§5.5). What a code says of the file itself holds for its parts; that a download failed, where there
 * was nothing to download, says nothing.
 */
export const partsMayHelp = (refusal: RestError): boolean => {
  const { situation, facts, httpStatus } = refusal
  // What failed in this process was not answered at all.
  if (httpStatus === null || !ANSWERED.has(situation)) return false
  if (!facts || facts.mediaNotFetchable) return true
  return !SAME_IN_PARTS.has(facts.class) && facts.code !== TOO_LARGE
}
