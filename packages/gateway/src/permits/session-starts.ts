import * as v from 'valibot'

/** What is written down of the session starts of a bot; times are wall ms. */
export interface SessionStarts {
  /** When those of the last seconds were made. */
  readonly usedAt: readonly number[]
  /** Permits that were out: each may have been used at any moment since. */
  readonly held: number
  /** While the day's budget is spread: when the next one is due. */
  readonly notBefore: number | null
}

const wall = v.pipe(v.number(), v.finite())

const schema = v.object({
  usedAt: v.pipe(v.array(wall), v.maxLength(10_000)),
  held: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)),
  notBefore: v.nullable(wall),
})

/** As the text that a store keeps. */
export const encodeStarts = ({ usedAt, held, notBefore }: SessionStarts): string =>
  JSON.stringify({ usedAt, held, notBefore })

/** Makes sense of a store's text; `null` when it makes none. */
export const decodeStarts = (text: string | null): SessionStarts | null => {
  try {
    return v.parse(schema, JSON.parse(text ?? ''))
  } catch {
    return null
  }
}
