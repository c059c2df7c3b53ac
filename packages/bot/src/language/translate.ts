import type { Advice } from '@qqkit/core'
import { closeCodes } from '@qqkit/protocol'

import { botTexts } from './bot-texts.js'
import { gatewayTexts } from './gateway-texts.js'
import { restTexts } from './rest-texts.js'
import { systemTexts } from './system-texts.js'
import type { Texts } from './texts.js'
import { webhookTexts } from './webhook-texts.js'

/** Every sentence that a person can read, in both languages. */
export const allTexts: Texts = [...botTexts, ...gatewayTexts, ...restTexts, ...webhookTexts, ...systemTexts]

/** Signs between two sentences, the strongest first, with their Chinese form. */
const JOINTS: Texts = [
  [' – ', ' – '],
  ['; ', '；'],
  [': ', '：'],
  [', ', '，'],
  [' and ', '、'],
]

/** Longer texts are taken as they are. */
const LONGEST = 1000

interface Template {
  /** The text around the gaps. */
  readonly pieces: readonly string[]
  readonly translated: readonly string[]
}

const gapless = new Map<string, string>()
const templates: Template[] = []

/** Sorted at the first use, so that English programs do not pay for it; longer texts first, since they are more specific. */
const prepare = (): void => {
  if (gapless.size > 0) return
  const ofCloseCodes = Object.values(closeCodes).map(({ meaning: { en, zh } }) => [en, zh] as const)
  for (const [en, zh] of [...allTexts, ...ofCloseCodes]) {
    if (en.includes('{}')) templates.push({ pieces: en.split('{}'), translated: zh.split('{}') })
    else gapless.set(en, zh)
  }
  const length = ({ pieces }: Template): number => pieces.join('').length
  templates.sort((one, other) => length(other) - length(one))
}

/** What fills the gaps of a template in a text; `null` when the text does not fit. Linear in the length of the text. */
const gapsOf = (text: string, pieces: readonly string[]): readonly string[] | null => {
  const [first = '', ...others] = pieces
  if (!text.startsWith(first)) return null
  const gaps: string[] = []
  let at = first.length
  for (const [index, piece] of others.entries()) {
    const isLast = index === others.length - 1
    const end = isLast ? text.length - piece.length : text.indexOf(piece, at)
    if (end < at || !text.startsWith(piece, end)) return null
    gaps.push(text.slice(at, end))
    at = end + piece.length
  }
  return gaps
}

const fill = (pieces: readonly string[], gaps: readonly string[]): string =>
  pieces.map((piece, index) => piece + (gaps[index] ?? '')).join('')

/** The texts of one sentence that were looked up, with their Chinese form: a side of one joint is a side of the next one too. */
type Known = Map<string, string>

/** Both sides of the first joint where one side has a translation. */
const split = (text: string, known: Known): string | null => {
  for (const [joint, translated] of JOINTS) {
    const at = text.indexOf(joint)
    if (at < 0) continue
    const sides = [text.slice(0, at), text.slice(at + joint.length)]
    const said = sides.map((side) => lookUp(side, known))
    if (said.some((side, index) => side !== sides[index])) return said.join(translated)
  }
  return null
}

const lookUp = (text: string, known: Known): string => {
  const whole = gapless.get(text) ?? known.get(text)
  if (whole !== undefined) return whole
  if (text.length > LONGEST || !/[a-z]/.test(text)) return text
  const found = assembled(text, known)
  known.set(text, found)
  return found
}

const assembled = (text: string, known: Known): string => {
  for (const { pieces, translated } of templates) {
    const gaps = gapsOf(text, pieces)
    if (gaps)
      return fill(
        translated,
        gaps.map((gap) => lookUp(gap, known)),
      )
  }
  return split(text, known) ?? text
}

/**
 * The Chinese form of an English sentence of ours. Names, numbers and texts of others stay as they are, and a sentence without a
 * row stays English.
 */
export const toChinese = (text: string): string => {
  prepare()
  return lookUp(text, new Map())
}

/** The languages of logs and status. */
export type Language = 'en' | 'zh'

/** A sentence of ours in a language. Some end in their advice, which has its own translation. */
export const say = (text: string, language: Language, advice?: Advice | null): string => {
  if (language === 'en') return text
  return advice && text.endsWith(advice.en)
    ? toChinese(text.slice(0, -advice.en.length).replace(/[;,:]? *$/, '')) + `；${advice.zh}`
    : toChinese(text)
}
