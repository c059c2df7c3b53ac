import { isError } from '@qqkit/core/internal'

/** Of an error of the network what is safe to show: parsers keep pieces of answers in theirs, with tokens in them. */
export const networkCause = (cause: unknown, hide: (text: string) => string): Error | undefined => {
  if (!isError(cause)) return undefined
  const { name, message } = cause
  const shown = Object.assign(new Error(hide(message)), { name })
  for (const key of ['code', 'syscall']) {
    const value: unknown = Reflect.get(cause, key)
    if (typeof value === 'string') Object.assign(shown, { [key]: value })
  }
  return shown
}
