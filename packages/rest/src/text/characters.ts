/** A visible character. */
const SHOWN = /[^\s\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800]/u

/**
 * Whether a text shows nothing: it is empty, or consists of blanks, line breaks and invisible characters.
 *
 * @example
 * isBlank(' \u200B\n') // true
 */
export const isBlank = (text: string): boolean => !SHOWN.test(text)

/** Replaces lone surrogates, which cannot be encoded, by U+FFFD. */
export const wholeText = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
