/** One half of a pair that stands for a single character, without the other. */
const LONE = /\p{Surrogate}/gu

const opensPair = (unit: number): boolean => unit >= 0xd8_00 && unit <= 0xdb_ff

/** The same end, or the one before it where that leaves only whole characters: the other half may be yet to come. */
export const wholeEnd = (text: string, end: number): number =>
  opensPair(text.charCodeAt(end - 1)) ? end - 1 : end

/**
 * The first characters of a text, at most `most` units of it, in which no half of a character is left: strict readers of
 * JSON refuse one. Take secrets out before: of half a secret nothing would be recognised.
 */
export const cutText = (text: string, most: number): string =>
  text.slice(0, wholeEnd(text, most)).replaceAll(LONE, '\uFFFD')
