/** A part of a form. */
interface Part {
  readonly name: string
  readonly file: boolean
  readonly bytes: Buffer
}

const BREAK = Buffer.from('\r\n\r\n')

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(BREAK)
  if (end < 0) return null
  const head = bytes.subarray(0, end).toString('utf8')
  const name = /content-disposition:[^\r\n]*?\bname="([^"]*)"/i.exec(head)?.[1]
  if (name === undefined) return null
  return { name, file: /filename\*?=/i.test(head), bytes: bytes.subarray(end + BREAK.length) }
}

/** The parts between boundaries; at most 64. */
const split = (body: Buffer, boundary: string): readonly Part[] | null => {
  const mark = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let at = body.indexOf(mark)
  while (at >= 0 && parts.length < 64) {
    const from = at + mark.length
    const next = body.indexOf(mark, from)
    if (next < 0) return body.subarray(from, from + 2).toString() === '--' ? parts : null
    // Each part stands between a line break after the boundary and one before the next.
    const part = partOf(body.subarray(from + 2, next - 2))
    if (!part) return null
    parts.push(part)
    at = next
  }
  return null
}

const valueOf = ({ file, bytes }: Part): unknown => {
  if (file) return { size: bytes.length }
  const text = bytes.toString('utf8')
  // Object and array fields are JSON texts (§2.2).
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** The fields of a `multipart/form-data` body; files become their size. `null` when it is malformed. */
export const readMultipart = (
  body: Uint8Array,
  contentType: string,
): Readonly<Record<string, unknown>> | null => {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  const parts = boundary === undefined ? null : split(Buffer.from(body), boundary)
  return parts ? Object.fromEntries(parts.map((part) => [part.name, valueOf(part)])) : null
}
