import type { RestError } from '../errors/rest-error.js'
import { mayHaveLanded } from '../errors/told-delivered.js'

/** Whether a send was refused because its `msg_seq` has been used (§6.2). */
export const isDuplicate = ({ facts }: RestError): boolean => facts?.class === 'D'

/**
 * Whether a refusal as duplicate proves that the message is there, sent by an earlier attempt.
 *
 * @param before whether it may have been sent before this call, e.g. by an earlier process
 */
export const hasLanded = ({ steps }: RestError, before: boolean): boolean =>
  before || steps.some(mayHaveLanded)
