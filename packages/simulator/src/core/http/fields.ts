import * as v from 'valibot'

/** The parsed fields of a body or a query, or the code that refuses them. */
export type Fields<T> = { readonly value: T } | { readonly code: number }

/**
 * Reads fields by a schema. The schema's messages are codes of the reference, as text; other failures get the code
 * `otherwise`.
 */
export const readFields = <S extends v.GenericSchema>(
  schema: S,
  from: unknown,
  otherwise: number,
): Fields<v.InferOutput<S>> => {
  const result = v.safeParse(schema, from, { abortEarly: true, abortPipeEarly: true })
  if (result.success) return { value: result.output }
  const code = Number(result.issues[0].message)
  return { code: Number.isSafeInteger(code) && code > 0 ? code : otherwise }
}

/** Longest text that is kept where no limit is documented, in UTF-16 code units. */
const MAX_TEXT = 1_024

/** A text that is not empty. */
export const someText = (most: number = MAX_TEXT): v.GenericSchema<string> =>
  v.pipe(v.string(), v.nonEmpty(), v.maxLength(most))

/** At least one text and at most `max`. */
export const someTexts = (max: number): v.GenericSchema<string[]> =>
  v.pipe(v.array(someText(128)), v.nonEmpty(), v.maxLength(max))

/** A whole number as a query carries it, between `min` and `max`. */
export const numberText = (min: number, max: number): v.GenericSchema<string, number> =>
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(min), v.maxValue(max))

/** A moment as RFC 3339, in ms since the epoch. */
export const moment = (): v.GenericSchema<string, number> =>
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
    v.transform((text) => Date.parse(text)),
    v.finite(),
  )
