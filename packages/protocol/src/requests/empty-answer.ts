/**
 * An answer without content: no body at all, or `{}`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}).
 */
export type EmptyAnswer = undefined | '' | Readonly<Record<string, never>>
