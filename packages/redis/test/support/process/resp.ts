/** Where the value that begins at `at` ends, or -1 while a part of it is missing. Requests and replies of RESP 2 are values. */
const endOfValue = (bytes: Buffer, at: number): number => {
  const lineEnd = bytes.indexOf('\r\n', at)
  if (lineEnd === -1) return -1
  const next = lineEnd + 2
  const kind = String.fromCharCode(bytes[at] ?? 0)
  if (kind !== '$' && kind !== '*') return next
  const size = Number(bytes.toString('latin1', at + 1, lineEnd))
  if (size < 0) return next
  if (kind === '$') return next + size + 2 <= bytes.length ? next + size + 2 : -1
  let end = next
  for (let item = 0; item < size; item += 1) {
    end = endOfValue(bytes, end)
    if (end === -1) return -1
  }
  return end
}

/** The strings of a whole request. */
export const partsOf = (request: Buffer): readonly string[] => {
  const parts: string[] = []
  let at = request.indexOf('\r\n') + 2
  while (at < request.length) {
    const end = endOfValue(request, at)
    parts.push(request.toString('utf8', request.indexOf('\r\n', at) + 2, end - 2))
    at = end
  }
  return parts
}

/** Cuts a stream of bytes into values. */
export class ValueReader {
  #rest = Buffer.alloc(0)

  /** The values that are complete with these bytes. */
  read(bytes: Buffer): readonly Buffer[] {
    let left = Buffer.concat([this.#rest, bytes])
    const values: Buffer[] = []
    for (let end = 0; left.length > 0 && (end = endOfValue(left, 0)) !== -1; left = left.subarray(end))
      values.push(left.subarray(0, end))
    this.#rest = left
    return values
  }
}
