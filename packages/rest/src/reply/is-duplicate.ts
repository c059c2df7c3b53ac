import type { RestError } from '../errors/rest-error.js'

/** Whether a send was refused because its `msg_seq` has been used (§6.2). */
export const isDuplicate = ({ facts }: RestError): boolean => facts?.class === 'duplicate'
