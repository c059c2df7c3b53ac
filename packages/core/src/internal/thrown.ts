/** Whether what was thrown is an error. Never throws itself: anything can be thrown, also a proxy that fails when it is looked at. */
export const isError = (thrown: unknown): thrown is Error => {
  try {
    return thrown instanceof Error
  } catch {
    return false
  }
}

/** What something thrown says of itself, as text. Never throws: not everything can be made a text. */
export const messageOf = (thrown: unknown): string => {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'something was thrown that cannot be shown'
  }
}

/** What something thrown names as its cause. Never throws. */
export const causeOf = (thrown: unknown): unknown => {
  try {
    return (thrown as Partial<Error> | null | undefined)?.cause
  } catch {
    return undefined
  }
}
