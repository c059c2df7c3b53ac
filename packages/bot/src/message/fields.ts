/** A JSON object as it came, nothing known about its fields. */
export type Fields = Readonly<Record<string, unknown>>

const NOTHING: Fields = Object.freeze({})

/** The value as an object; an empty one when it is something else. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING

const NONE: readonly never[] = Object.freeze([])

/** The value as a list; an empty one when it is something else. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : NONE)

/** The value as a list, each entry read; most payloads have none, and share one empty list. */
export const listOf = <T>(value: unknown, read: (entry: unknown) => T): readonly T[] =>
  Array.isArray(value) && value.length > 0 ? value.map((entry) => read(entry)) : NONE

/** The value as text; the empty string when it is something else. A number is no text: ids lose digits that way (§8). */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The value as text, or `null` when there is none. */
export const textOrNull = (value: unknown): string | null => text(value) || null

/** The value as a number, also when it came as text; `null` when it is none. */
export const numberOrNull = (value: unknown): number | null => {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}
