import type { OutgoingMessage } from '../context/outbox.js'

/** Whether a value comes out of JSON as it went in: bytes and streams do not. */
const isPlain = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object')
    return typeof value !== 'function' && typeof value !== 'bigint'
  if (Array.isArray(value)) return value.every(isPlain)
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain)
}

/**
 * Whether a message will still be what it is when it has waited for hours: plain data, and no upload, which the platform
 * keeps for minutes (§5.5). An address and a file on the disk are looked at again when the message goes out.
 */
export const isKeepable = (message: OutgoingMessage): boolean =>
  typeof message === 'string' || (message.media === undefined && isPlain(message))
