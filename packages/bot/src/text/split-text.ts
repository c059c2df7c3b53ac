/** Where a text may be cut, the best places first. Each pattern ends behind what belongs to the first half. */
const PLACES = [/\n\s*\n/g, /\n/g, /[。！？!?…；;](?=\S)|[.!?;](?=\s)/g, /[，,、：:]|\s/g] as const

/** A cut that leaves less than this share of the room unused is good enough. */
const FILLED = 0.5

const isHighSurrogate = (unit: number): boolean => unit >= 0xd8_00 && unit <= 0xdb_ff

/** Where to cut so that the first half has at most `limit` characters. */
const cutAt = (text: string, limit: number): number => {
  // One more, so that a separator right behind the limit counts.
  const room = text.slice(0, limit + 1)
  for (const place of PLACES) {
    let best = 0
    for (const match of room.matchAll(place)) {
      const end = match.index + match[0].trimEnd().length
      if (end <= limit) best = end
    }
    if (best >= limit * FILLED) return best
  }
  // Not through the middle of an emoji.
  return isHighSurrogate(text.charCodeAt(limit - 1)) && limit > 1 ? limit - 1 : limit
}

/**
 * Splits a text into pieces of at most `limit` characters: between paragraphs, else lines, sentences or words, and in
 * the middle of a word only when there is no other way. Blanks at the cuts are dropped.
 */
export const splitText = (text: string, limit: number): readonly string[] => {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const cut = cutAt(rest, limit)
    const piece = rest.slice(0, cut).trimEnd()
    if (piece !== '') pieces.push(piece)
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest)
  return pieces
}
