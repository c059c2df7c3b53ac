/** A business error of the platform. */
export interface ErrorRow {
  readonly status: number
  readonly message: string
}

/** Errors by code. */
export type ErrorTable = Readonly<Record<number, ErrorRow>>

/** Errors of one status by code: their texts render the meaning given in §2.8. */
export const errorRows = (status: number, texts: Readonly<Record<number, string>>): ErrorTable =>
  Object.fromEntries(Object.entries(texts).map(([code, message]) => [code, { status, message }]))
