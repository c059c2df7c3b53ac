type Json = Readonly<Record<string, unknown>>

/** Plain text as rich text: one paragraph per line (§4.10). */
const plain = (text: string): Json => ({
  paragraphs: text.split('\n').map((line) => ({ elems: [{ type: 1, text: { text: line } }], props: {} })),
})

/** A text as the JSON text of rich text, as threads and events carry it (§4.10). */
export const richText = (text: string): string => JSON.stringify(plain(text))

/** The format of a new thread: text, HTML, markdown or the JSON of rich text (§5.11). */
const JSON_FORMAT = 4

/**
 * The content of a new thread as JSON text of rich text, or the code that refuses it: 503014 for invalid JSON, 503015
 * for other JSON. HTML and markdown are kept unchanged, since the simulator does not draw them.
 */
export const contentOf = (
  content: string,
  format: number,
): { readonly text: string } | { readonly code: number } => {
  if (format !== JSON_FORMAT) return { text: richText(content) }
  try {
    const value: unknown = JSON.parse(content)
    const rich =
      typeof value === 'object' && value !== null && 'paragraphs' in value && Array.isArray(value.paragraphs)
    return rich ? { text: content } : { code: 503015 }
  } catch {
    return { code: 503014 }
  }
}
