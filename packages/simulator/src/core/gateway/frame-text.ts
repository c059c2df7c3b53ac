/** A payload as JSON text, for values that `JSON.stringify` cannot write, such as numbers beyond 2^53. */
export class RawJson {
  readonly text: string

  /** @throws SyntaxError when the text is not JSON */
  constructor(text: string) {
    JSON.parse(text)
    this.text = text
  }
}

/** A frame as text, its payload last. */
export const frameText = (head: Readonly<Record<string, unknown>>, d: unknown): string =>
  d instanceof RawJson
    ? `${JSON.stringify(head).slice(0, -1)},"d":${d.text}}`
    : JSON.stringify({ ...head, d })
