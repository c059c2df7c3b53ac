import { wholeText } from '../text/characters.js'

/** Half of a character as JSON writes it, or the same letters behind a backslash that somebody wrote. */
const HALF = /\\ud[89a-f]/i

const whole = (value: unknown): unknown => {
  if (typeof value === 'string') return wholeText(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wholeText(key), inner]))
}

/**
 * A value as JSON; `undefined` for what JSON leaves out. A half of a character, which no decoder need take, leaves as U+FFFD:
 * a model or a cut by somebody else put it there, and the rest of the text is worth sending.
 *
 * @throws TypeError for what JSON cannot carry
 */
export const jsonText = (value: unknown): string | undefined => {
  const text = JSON.stringify(value) as string | undefined
  return text !== undefined && HALF.test(text) ? JSON.stringify(value, (_key, inner) => whole(inner)) : text
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
