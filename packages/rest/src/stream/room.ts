/** What a message holds, counted in characters (UTF-16 units) or in bytes (UTF-8). */
export interface Room {
  readonly unit: 'characters' | 'bytes'
  readonly most: number
}

const bytesOf = (codePoint: number): number => {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x8_00) return 2
  return codePoint < 0x1_00_00 ? 3 : 4
}

/** How much room a text takes. */
export const sizeOf = (text: string, unit: Room['unit']): number =>
  unit === 'characters' ? text.length : Buffer.byteLength(text)

/** How many characters from the beginning of a text fit into `most`. */
export const fitting = (text: string, { unit, most }: Room): number => {
  if (unit === 'characters') return Math.max(0, Math.min(text.length, Math.floor(most)))
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += bytesOf(character.codePointAt(0) ?? 0)
    if (bytes > most) break
    end += character.length
  }
  return end
}
