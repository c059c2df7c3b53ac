import { wholeEnd } from '@qqkit/core/internal'

import { isBlank } from './characters.js'

/** Where a text may be cut, the best places first. Each pattern ends behind what belongs to the first half. */
const PLACES = [/\n\s*\n/g, /\n/g, /[。！？!?…；;](?=\S)|[.!?;](?=\s)/g, /[，,、：:]|\s/g] as const

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc_00 && unit <= 0xdf_ff

/** The same place, or one before it where it would split a character of two units; behind it where it is the first one. */
export const wholeCharacters = (text: string, end: number): number => {
  const whole = wholeEnd(text, end)
  if (whole > 0 || end === 0) return whole
  return isLowSurrogate(text.charCodeAt(end)) ? end + 1 : end
}

const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Units around a place in which the sign is looked for that it would cut: a row of flags can only be told apart from its beginning. */
const LONGEST_SIGN = 512

/** The same place, or one before the sign that it would cut: a family is seven characters in one, a flag is two. */
const wholeSigns = (text: string, end: number): number => {
  const whole = wholeCharacters(text, end)
  const from = wholeCharacters(text, Math.max(0, whole - LONGEST_SIGN))
  const sign = signs.segment(text.slice(from, whole + LONGEST_SIGN)).containing(whole - from)
  // What begins the text, or is longer than any emoji, is cut all the same.
  return sign && sign.index > 0 ? from + sign.index : whole
}

/** Tags, links and images: half of one is neither text nor markup. */
const WHOLE =
  /<(?:qqbot-[^<>\n]{0,400}|@!?[^\s<>]{1,64}|#[^\s<>]{1,64}|emoji:[^\s<>]{1,64})>|!?\[[^[\]\n]{0,200}\]\([^\s()]{0,400}\)/g
/** How far behind the limit the end of what begins before it is looked for. */
const REACH = 500

/** The same place, or one before what it would cut in two; the same where that begins the text. */
const outside = (wholes: readonly (readonly [from: number, to: number])[], end: number): number => {
  const cut = wholes.find(([from, to]) => from < end && end < to)
  return cut && cut[0] > 0 ? cut[0] : end
}

/**
 * Where to cut a text so that the first half has at most `limit` characters and at least `least`: between paragraphs, else
 * lines, sentences or words, and in the middle of a word only when there is no other way. Never within a tag or a link, unless
 * it is longer than all of that.
 */
export const findCutPoint = (text: string, limit: number, least: number): number => {
  // One more, so that a separator right behind the limit counts.
  const room = text.slice(0, limit + 1)
  const wholes = Array.from(
    text.slice(0, limit + REACH).matchAll(WHOLE),
    ({ index, 0: whole }) => [index, index + whole.length] as const,
  )
  for (const place of PLACES) {
    let best = 0
    for (const { index, 0: separator } of room.matchAll(place)) {
      const end = Math.min(limit, index + separator.length)
      if (index + separator.trimEnd().length <= limit && outside(wholes, end) === end) best = end
    }
    if (best >= least && best > 0) return best
  }
  return wholeSigns(text, outside(wholes, limit))
}

/** Shares of the room that have to be used before a cut is good enough, the choosiest first. */
const FILLED = [0.5, 0.75, 0.9, 1] as const

const splitAt = (text: string, limit: number, filled: number): readonly string[] => {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const cut = findCutPoint(rest, limit, limit * filled)
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
