// Clients can send any JSON, even an object whose conversion to text throws. Only texts and numbers are converted.

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** A number, also when sent as text; NaN for anything else. */
export const numberIn = (value: unknown): number => (isScalar(value) ? Number(value) : Number.NaN)

/** A text, also when sent as a number; empty for anything else. */
export const textIn = (value: unknown): string => (isScalar(value) ? String(value) : '')
