import { wholeEnd } from '@qqkit/core/internal'

/** Longest text in the log, in characters; longer ones are cut. */
const LOGGED_TEXT = 16_384

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The part of a text that the log keeps, as a copy: a slice would keep the whole text in memory. */
export const logText = (text: string): string =>
  text.length <= LOGGED_TEXT
    ? text
    : decoder.decode(encoder.encode(text.slice(0, wholeEnd(text, LOGGED_TEXT))))

/** The part of a body in bytes that the log keeps, as text. */
export const logBytes = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, LOGGED_TEXT))
