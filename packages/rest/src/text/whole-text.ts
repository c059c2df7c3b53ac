/** A text in which half of a character (a lone surrogate, which has no encoding) is U+FFFD. */
export const wholeText = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
