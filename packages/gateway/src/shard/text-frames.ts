/** The first byte of a frame that is a whole text. */
const TEXT = 0x81
const PING = 0x89
const PONG = 0x8a
/** In place of a length, which follows in two bytes; any higher number: in eight. */
const TWO_BYTES = 126
const LONGEST_HEADER = 10
/** What a decoder writes in place of bytes that are no UTF-8. */
const REPLACEMENT = '\uFFFD'

/** Where the frames of a connection go. */
export interface FrameTakers {
  onText(text: string): void
  /** Takes bytes for the library; returns whether it has read a message with them. */
  pass(bytes: Buffer): boolean
}

/** Whether a frame is a whole text, or a ping or pong with nothing wrong about it, as far as its header has come. */
const isOrdinary = (first: number, second = 0): boolean =>
  first === TEXT || ((first === PING || first === PONG) && second < TWO_BYTES)

/** The length of an ordinary frame with its header; 0 while the header is not complete. */
const lengthOf = (head: Buffer): number => {
  const short = head[1]
  if (short === undefined) return 0
  if (short < TWO_BYTES) return 2 + short
  if (short === TWO_BYTES) return head.length < 4 ? 0 : 4 + head.readUInt16BE(2)
  return head.length < LONGEST_HEADER ? 0 : LONGEST_HEADER + Number(head.readBigUInt64BE(2))
}

/** Where a text of at most 65,535 bytes ends; 0 for another frame, and where its header is not complete. */
const endOfText = (bytes: Buffer, at: number): number => {
  if (bytes[at] !== TEXT || at + 4 > bytes.length) return 0
  const short = bytes[at + 1]!
  if (short < TWO_BYTES) return at + 2 + short
  return short === TWO_BYTES ? at + 4 + bytes.readUInt16BE(at + 2) : 0
}

/**
 * Reads the texts that lie whole in one read of the socket; the library would make six views of bytes of each. It passes all
 * other bytes on, in order: pings, pongs and texts in several reads, and everything from the first frame on that is something
 * else or is no message for the library. So the library decides about all that may be wrong.
 */
export class TextFrames {
  readonly #maxPayload: number
  readonly #takers: FrameTakers
  /** Bytes that are still to come of a frame for the library. */
  #left = 0
  #isText = false
  /** The beginning of a header that was cut off. The library has it, too. */
  #cut: Buffer | null = null
  /** Whether the library reads all that comes. */
  #isOver = false

  constructor(maxPayload: number, takers: FrameTakers) {
    this.#maxPayload = maxPayload
    this.#takers = takers
  }

  /** Takes the bytes of one read. */
  take(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && !this.#isOver) {
      const end = this.#left === 0 && this.#cut === null ? endOfText(bytes, at) : 0
      const text = end === 0 || end > bytes.length ? null : this.#textIn(bytes, at, end)
      if (text === null) at = this.#pass(bytes, at)
      else {
        at = end
        this.#takers.onText(text)
      }
    }
    if (at < bytes.length) this.#takers.pass(bytes.subarray(at))
  }

  /** `null`: the library decides. */
  #textIn(bytes: Buffer, at: number, end: number): string | null {
    const from = at + (bytes[at + 1] === TWO_BYTES ? 4 : 2)
    if (end - from > this.#maxPayload) return null
    const text = bytes.toString('utf8', from, end)
    return text.includes(REPLACEMENT) ? null : text
  }

  /** Passes a frame on, or as much of it as has come; returns where that ends. */
  #pass(bytes: Buffer, at: number): number {
    if (this.#left === 0 && !this.#begin(bytes.subarray(at, at + LONGEST_HEADER))) return at
    // A header is cut off by the end of the bytes.
    const to = this.#cut === null ? Math.min(at + this.#left, bytes.length) : bytes.length
    const isMessage = this.#takers.pass(bytes.subarray(at, to))
    if (this.#cut !== null) return to
    this.#left -= to - at
    if (this.#left === 0 && this.#isText) this.#isOver = !isMessage
    return to
  }

  /** Learns how long a frame for the library is; returns whether it is an ordinary one. */
  #begin(head: Buffer): boolean {
    const whole = this.#cut === null ? head : Buffer.concat([this.#cut, head])
    this.#isOver = !isOrdinary(whole[0]!, whole[1])
    const length = lengthOf(whole)
    this.#left = length === 0 ? 0 : length - (whole.length - head.length)
    this.#isText = whole[0] === TEXT
    this.#cut = length === 0 ? Buffer.from(whole) : null
    return !this.#isOver
  }
}
