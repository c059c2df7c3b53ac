import { InputError } from '../contract/page-host.js'

/** The place of a syntax error: the parser names an offset, or the text ends too early. */
const placeOf = (text: string, message: string): { readonly line: number; readonly column: number } => {
  const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** Reads JSON that a person wrote. @throws InputError with the place of the mistake */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    const { line, column } = placeOf(text, error instanceof Error ? error.message : '')
    throw new InputError(
      `This is not JSON: line ${line}, column ${column}.`,
      `不是合法的 JSON：第 ${line} 行，第 ${column} 列。`,
    )
  }
}
