import type { WireFrame } from '@qqkit/core'

/** A JSON object whose fields are unknown. */
export type Fields = Readonly<Record<string, unknown>>

const NOTHING: Fields = Object.freeze({})

/** The value as an object; an empty one if it is something else. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING

const NONE: readonly never[] = Object.freeze([])

/** The value as a list; an empty one if it is something else. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : NONE)

/** The value as a list with each entry converted; payloads without one share one empty list. */
export const listOf = <T>(value: unknown, read: (entry: unknown) => T): readonly T[] =>
  Array.isArray(value) && value.length > 0 ? value.map((entry) => read(entry)) : NONE

/** The value as text; the empty string when it is something else. A number is no text: ids lose digits that way (§8). */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The value as text, or `null` when there is none. */
export const textOrNull = (value: unknown): string | null => text(value) || null

/** The value as a number, also if it came as text; `null` if it is none. */
export const numberOrNull = (value: unknown): number | null => {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** How deep an id can be nested. Payloads come from outside, and may be nested without end. */
const DEPTH = 8

/** Documented as a small number: it identifies no person, place or message (§4.4). */
const TEMPLATE = 'template_id'

const isIdName = (name: string): boolean =>
  name === 'id' || name.endsWith('openid') || (name.endsWith('_id') && name !== TEMPLATE)

/** The path below a value; built on the way back, since nearly no payload has one. */
const idBelow = (value: unknown, depth: number): string | null => {
  if (typeof value !== 'object' || value === null || depth === 0) return null
  return Array.isArray(value) ? idInList(value, depth) : idInFields(value as Fields, depth)
}

const idInFields = (payload: Fields, depth: number): string | null => {
  for (const name in payload) {
    const value = payload[name]
    if (typeof value === 'string') continue
    if (typeof value === 'number' && isIdName(name)) return `.${name}`
    const found = idBelow(value, depth - 1)
    if (found !== null) return `.${name}${found}`
  }
  return null
}

/** Its indexes are no names, and enumerating them as such would cost more than the rest. */
const idInList = (entries: readonly unknown[], depth: number): string | null => {
  for (let index = 0; index < entries.length; index += 1) {
    const found = idBelow(entries[index], depth - 1)
    if (found !== null) return `.${index}${found}`
  }
  return null
}

/**
 * The path of an id that came as a number; `null` without one. Beyond 2^53 such a number is rounded to another id, and that
 * cannot be detected, so the payload must not be used (§8).
 */
export const numericIdIn = ({ id, d }: WireFrame): string | null => {
  if (typeof (id as unknown) === 'number') return 'id'
  const found = idBelow(d, DEPTH)
  return found === null ? null : `d${found}`
}
