/** A character that people see: no blank, no control character, none that clients do not draw. */
const SHOWN = /[^\s\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800]/u

/** Whether a text shows nothing: empty, or blanks, line breaks and invisible characters only. */
export const isBlank = (text: string): boolean => !SHOWN.test(text)

/** A text in which half of a character (a lone surrogate, which has no encoding) is U+FFFD. */
export const wholeText = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
