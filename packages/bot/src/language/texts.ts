/**
 * Sentences in English, exactly as the code has them, and in Chinese. `{}` stands for a value; values come in the same order in
 * both languages, and are translated if they are sentences themselves.
 */
export type Texts = readonly (readonly [en: string, zh: string])[]
