import { wholeEnd } from '@qqkit/core/internal'

import { givenCount, givenText } from '../checks/given.js'
import { isBlank } from './characters.js'

/** Places to cut, best first. Each match ends where the second half begins. */
const PLACES = [/\n\s*\n/g, /\n/g, /[。！？!?…；;](?=\S)|[.!?;](?=\s)/g, /[，,、：:]|\s/g] as const

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc_00 && unit <= 0xdf_ff

/** Moves a cut before a surrogate pair that it would split, or behind it at the start of the text. */
export const wholeCharacters = (text: string, end: number): number => {
  const whole = wholeEnd(text, end)
  if (whole > 0 || end === 0) return whole
  return isLowSurrogate(text.charCodeAt(end)) ? end + 1 : end
}

let segmenter: Intl.Segmenter | undefined
/** Made on first use: this takes longer than importing the rest of the package. */
const signs = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }))
/** Length of the context in which graphemes are segmented: a row of flags can only be segmented from its beginning. */
const LONGEST_SIGN = 512

/** Moves a cut before a grapheme that it would split, such as a flag or a family emoji. */
const wholeSigns = (text: string, end: number): number => {
  const whole = wholeCharacters(text, end)
  const from = wholeCharacters(text, Math.max(0, whole - LONGEST_SIGN))
  const sign = signs()
    .segment(text.slice(from, whole + LONGEST_SIGN))
    .containing(whole - from)
  // A grapheme at the start of the text, or longer than the context, is cut anyway.
  return sign && sign.index > 0 ? from + sign.index : whole
}

/** Tags, links and images, which must not be cut. */
const WHOLE =
  /<(?:qqbot-[^<>\n]{0,400}|@!?[^\s<>]{1,64}|#[^\s<>]{1,64}|emoji:[^\s<>]{1,64})>|!?\[[^[\]\n]{0,200}\]\([^\s()]{0,400}\)/g
/** How far past the limit the end of a tag or link is searched. */
const REACH = 500

/** Moves a cut before a tag or link that it would split, unless that begins the text. */
const outside = (wholes: readonly (readonly [from: number, to: number])[], end: number): number => {
  const cut = wholes.find(([from, to]) => from < end && end < to)
  return cut && cut[0] > 0 ? cut[0] : end
}

/**
 * Finds where to cut a text so that the first half has between `least` and `limit` characters: between paragraphs, else
 * lines, sentences or words, and within a word only if necessary. Never within a tag or a link, unless it is longer
 * than the limit.
 */
export const findCutPoint = (text: string, limit: number, least: number): number => {
  // One character more, so that a separator right after the limit counts.
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

/** Shares of the limit that a piece must use before a cut is accepted, strictest choice of places first. */
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
 * Splits a text into pieces of at most `limit` characters: between paragraphs, else lines, sentences or words, and
 * within a word only if necessary. Blanks at the cuts are dropped.
 *
 * @example
 * for (const piece of splitText(answer, 5000)) await rest.send(target, piece, { anchor })
 *
 * @param most preferred maximum number of pieces: worse places are accepted if the text then fits, otherwise it is
 *   ignored
 * @throws InvalidRequestError
 */
export const splitText = (text: string, limit: number, most: number = Infinity): readonly string[] => {
  givenText('text', text)
  givenCount('limit', limit)
  const choosy = splitAt(text, limit, FILLED[0])
  if (choosy.length <= most || text.length > limit * most) return choosy
  const tighter = FILLED.slice(1).map((filled) => splitAt(text, limit, filled))
  return tighter.find(({ length }) => length <= most) ?? choosy
}
