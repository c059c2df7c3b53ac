import { cutPlace } from './cut-place.js'
import { isBlank } from './is-blank.js'

/** Shares of the room that have to be used before a cut is good enough, the choosiest first. */
const FILLED = [0.5, 0.75, 0.9, 1] as const

const splitAt = (text: string, limit: number, filled: number): readonly string[] => {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const cut = cutPlace(rest, limit, limit * filled)
    const piece = rest.slice(0, cut).trimEnd()
    if (!isBlank(piece)) pieces.push(piece)
    rest = rest.slice(cut).trimStart()
  }
  if (!isBlank(rest) || pieces.length === 0) pieces.push(rest)
  return pieces
}

/**
 * Splits a text into pieces of at most `limit` characters: between paragraphs, else lines, sentences or words, and in
 * the middle of a word only when there is no other way. Blanks at the cuts are dropped.
 *
 * @param most pieces that are wanted at the most: cuts are less choosy where that makes them fit, and as usual where not
 */
export const splitText = (text: string, limit: number, most: number = Infinity): readonly string[] => {
  const choosy = splitAt(text, limit, FILLED[0])
  if (choosy.length <= most || text.length > limit * most) return choosy
  const tighter = FILLED.slice(1).map((filled) => splitAt(text, limit, filled))
  return tighter.find(({ length }) => length <= most) ?? choosy
}
