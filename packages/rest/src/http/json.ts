import { wholeText } from '../text/characters.js'

/** How JSON begins a lone surrogate; a text may hold the same letters. */
const HALF = '\\ud'

const whole = (value: unknown): unknown => {
  if (typeof value === 'string') return wholeText(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wholeText(key), inner]))
}

/**
 * A value as JSON; `undefined` for what JSON leaves out. A lone surrogate, which a decoder may refuse, becomes U+FFFD,
 * so that the rest of the text can be sent.
 *
 * @throws TypeError for a value that JSON cannot represent
 */
export const jsonText = (value: unknown): string | undefined => {
  const text = JSON.stringify(value) as string | undefined
  return text !== undefined && text.includes(HALF)
    ? JSON.stringify(value, (_key, inner) => whole(inner))
    : text
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
