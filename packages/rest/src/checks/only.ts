import * as v from 'valibot'

/** The message of an {@link only} shape, as a hint for people. */
export type OnlyMessage = (issue: v.StrictObjectIssue) => string

/**
 * An object that takes these fields and no others.
 *
 * @param unknown what to say about a field that it does not know
 */
export const only = <const E extends v.ObjectEntries>(
  entries: E,
  unknown: string,
): v.StrictObjectSchema<E, OnlyMessage> =>
  v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return `${unknown}; known are ${Object.keys(entries).join(', ')}`
    return issue.received === 'undefined' ? 'is required' : 'give an object'
  })
