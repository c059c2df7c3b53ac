import { formats, type Format } from './formats.js'

/** How many bytes of a file {@link detectFormat} looks at. */
export const headBytes = 512

const TEXT: Format = Object.freeze({ name: 'txt', mime: 'text/plain', marks: [] })
// Control characters but those of lines and terminals.
// oxlint-disable-next-line no-control-regex
const BINARY = /[\0-\x06\x0E-\x1A\x1C-\x1F\x7F]/

const isText = (head: Uint8Array): boolean => {
  try {
    // A character may be cut at the end.
    return !BINARY.test(new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }))
  } catch {
    return false
  }
}

/** The format of a file by its first bytes, never by its name; `null` when no row of the table fits. */
export const detectFormat = (head: Uint8Array): Format | null => {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, headBytes))
  const text = start.toString('latin1')
  const found = formats.find(({ marks }) => marks.every(([offset, bytes]) => text.startsWith(bytes, offset)))
  return found ?? (isText(start) ? TEXT : null)
}
