/**
 * Sentences in English, exactly as the code has them, and in Chinese. `{}` stands for a value; values come in the same order in
 * both languages, and are translated if they are sentences themselves.
 */
export type Texts = readonly (readonly [en: string, zh: string])[]

const addedKey = Symbol.for('qqkit.texts')

/** One for all copies of the package in a process. */
const addedTexts = (): Set<Texts> => {
  const home = globalThis as { [addedKey]?: Set<Texts> }
  return (home[addedKey] ??= new Set())
}

/** Adds the sentences of a package or an import that not every program has: programs without it need not contain them. */
export const addTexts = (texts: Texts): void => void addedTexts().add(texts)

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

/** Rows, sorted for the search. */
interface Prepared {
  readonly gapless: ReadonlyMap<string, string>
  readonly templates: readonly Template[]
}

/** Longer texts first, since they are more specific. */
const prepare = (rows: Texts): Prepared => {
  const gapless = new Map<string, string>()
  const templates: Template[] = []
  for (const [en, zh] of rows) {
    if (en.includes('{}')) templates.push({ pieces: en.split('{}'), translated: zh.split('{}') })
    else gapless.set(en, zh)
  }
  const length = ({ pieces }: Template): number => pieces.join('').length
  templates.sort((one, other) => length(other) - length(one))
  return { gapless, templates }
}

/** The translation of one sentence. */
class Search {
  readonly #rows: Prepared
  /** The texts that were looked up, with their Chinese form: a side of one joint is a side of the next one too. */
  readonly #known = new Map<string, string>()

  constructor(rows: Prepared) {
    this.#rows = rows
  }

  lookUp(text: string): string {
    const whole = this.#rows.gapless.get(text) ?? this.#known.get(text)
    if (whole !== undefined) return whole
    if (text.length > LONGEST || !/[a-z]/.test(text)) return text
    const found = this.#assembled(text)
    this.#known.set(text, found)
    return found
  }

  #assembled(text: string): string {
    for (const { pieces, translated } of this.#rows.templates) {
      const gaps = gapsOf(text, pieces)
      if (gaps)
        return fill(
          translated,
          gaps.map((gap) => this.lookUp(gap)),
        )
    }
    return this.#split(text) ?? text
  }

  /** Both sides of the first joint where one side has a translation. */
  #split(text: string): string | null {
    for (const [joint, translated] of JOINTS) {
      const at = text.indexOf(joint)
      if (at < 0) continue
      const sides = [text.slice(0, at), text.slice(at + joint.length)]
      const said = sides.map((side) => this.lookUp(side))
      if (said.some((side, index) => side !== sides[index])) return said.join(translated)
    }
    return null
  }
}

/**
 * Makes the translation of English sentences of ours. Names, numbers and texts of others stay as they are, and a sentence without a
 * row stays English. The rows are read at the first use, so that English programs do not pay for them, and those of {@link addTexts}
 * when there are more of them.
 */
export const translation = (rows: () => Texts): ((text: string) => string) => {
  let prepared: Prepared | null = null
  let count = 0
  return (text) => {
    const added = addedTexts()
    if (!prepared || added.size > count) prepared = prepare([...rows(), ...[...added].flat()])
    count = added.size
    return new Search(prepared).lookUp(text)
  }
}
