import type { WireAnswer } from './wire-client.js'

/** A text of an answer; empty when there is none. */
export const textIn = (answer: WireAnswer, field: string): string => {
  const value = answer.json?.[field]
  return typeof value === 'string' ? value : ''
}

/** A list of an answer; empty when there is none. */
export const listIn = (answer: WireAnswer, field: string): readonly Readonly<Record<string, unknown>>[] => {
  const value = answer.json?.[field]
  return Array.isArray(value) ? (value as readonly Readonly<Record<string, unknown>>[]) : []
}
