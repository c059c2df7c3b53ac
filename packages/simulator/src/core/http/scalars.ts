// What clients send can be anything: an object can even refuse to become text. Only texts and numbers are read as either.

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** A number, also where it came as text; NaN for anything else. */
export const numberIn = (value: unknown): number => (isScalar(value) ? Number(value) : Number.NaN)

/** A text, also where it came as a number; empty for anything else. */
export const textIn = (value: unknown): string => (isScalar(value) ? String(value) : '')
