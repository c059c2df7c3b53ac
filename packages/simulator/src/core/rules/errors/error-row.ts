/** A business error of the platform. */
export interface ErrorRow {
  /** `final`: live bots got this final refusal with 500; the live switch `refusalStatus` decides (§2.9). */
  readonly status: number | 'final'
  readonly message: string
  /** `err_code`, where it is the code of a deeper layer (§2.9). */
  readonly deeper?: number
}

/** Errors by code. */
export type ErrorTable = Readonly<Record<number, ErrorRow>>

/** Errors of one status by code: their texts render the meaning given in §2.8. */
export const errorRows = (status: number, texts: Readonly<Record<number, string>>): ErrorTable =>
  Object.fromEntries(Object.entries(texts).map(([code, message]) => [code, { status, message }]))
