import { InputError } from '../contract/page-host.js'

/** Whether a text is the beginning of JSON: the parser has no complaint, or only that it ends. */
const begins = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    return /end of JSON/.test(message) || Number(/position (\d+)/.exec(message)?.[1]) >= text.length
  }
}

/** The place of the first character that is no JSON; parsers name it only for some mistakes. */
const placeOf = (text: string): { readonly line: number; readonly column: number } => {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (begins(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const lines = text.slice(0, good).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** Reads JSON that a person wrote. @throws InputError with the place of the mistake */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const { line, column } = placeOf(text)
    throw new InputError(
      `This is not JSON: line ${line}, column ${column}.`,
      `不是合法的 JSON：第 ${line} 行，第 ${column} 列。`,
    )
  }
}
