import { cutPlace } from './cut-place.js'

/** A cut that leaves less than this share of the room unused is good enough. */
const FILLED = 0.5

/**
 * Splits a text into pieces of at most `limit` characters: between paragraphs, else lines, sentences or words, and in
 * the middle of a word only when there is no other way. Blanks at the cuts are dropped.
 */
export const splitText = (text: string, limit: number): readonly string[] => {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const cut = cutPlace(rest, limit, limit * FILLED)
    const piece = rest.slice(0, cut).trimEnd()
    if (piece !== '') pieces.push(piece)
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest)
  return pieces
}
