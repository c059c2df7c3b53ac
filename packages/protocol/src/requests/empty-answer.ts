/** An answer without content: no body at all, or `{}` (§2.3). */
export type EmptyAnswer = undefined | '' | Readonly<Record<string, never>>
