import { createHash } from 'node:crypto'

import type { OutgoingMessage } from '../reply/platform-client.js'
import { ProactiveError } from './errors.js'

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes and addresses have a text of their own. Anything else but plain data, such as a stream, can be sent only once. */
function plain(this: Record<string, unknown>, key: string): unknown {
  const value = this[key]
  if (value instanceof URL) return value.href
  if (value instanceof Uint8Array) return hashOf(value)
  if (value instanceof ArrayBuffer) return hashOf(new Uint8Array(value))
  if (typeof value === 'function' || (typeof value === 'object' && value !== null && !isPlain(value)))
    throw new ProactiveError('unrepeatable', key)
  return value
}

/**
 * A short text that is the same for equal messages, in every process.
 *
 * @throws ProactiveError `unrepeatable`
 */
export const fingerprintOf = (message: OutgoingMessage): string =>
  createHash('sha256').update(JSON.stringify({ message }, plain)).digest('hex').slice(0, 16)
