/** The encodings that a mark at the beginning of a file names. */
const MARKED: readonly (readonly [first: number, second: number, encoding: string])[] = [
  [0xff, 0xfe, 'utf-16le'],
  [0xfe, 0xff, 'utf-16be'],
]

/** The text of a file that a person wrote: UTF-8, or UTF-16 where a mark says so, as on Windows. The mark is left out. */
export const decodeText = (bytes: Uint8Array): string => {
  const marked = MARKED.find(([first, second]) => bytes[0] === first && bytes[1] === second)
  return new TextDecoder(marked?.[2]).decode(bytes)
}
