const brand = Symbol.for('qqkit.error')

/** What a person can do about an error, in English and Chinese. */
export interface Advice {
  readonly en: string
  readonly zh: string
}

/** Fields of a new {@link QqkitError}. */
export interface QqkitErrorInit {
  /** Stable and machine-readable, e.g. `'gateway_closed'`. */
  readonly code: string
  /** What happened, in one sentence. */
  readonly message: string
  /** The next step a person can take. */
  readonly advice?: Advice | undefined
  readonly cause?: unknown
}

/**
 * The base of every error that qqkit throws. Recognise it with {@link QqkitError.is}, not with `instanceof`: two copies
 * of a package can be loaded in one process.
 *
 * @example
 *   try {
 *     await bot.start()
 *   } catch (error) {
 *     if (!QqkitError.is(error)) throw error
 *     console.error(error.code, error.message, error.advice?.en ?? '')
 *   }
 */
export class QqkitError extends Error {
  /** Stable and machine-readable. */
  readonly code: string
  /** The next step a person can take, where there is one. */
  readonly advice: Advice | undefined

  constructor(init: QqkitErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = new.target.name
    this.code = init.code
    this.advice = init.advice
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is an error of qqkit, also from another copy of the package or another realm (`vm`, jest). */
  static is(value: unknown): value is QqkitError {
    try {
      // `instanceof` would only recognise errors of this realm.
      return Object.prototype.toString.call(value) === '[object Error]' && brand in (value as object)
    } catch {
      // The value is a proxy that throws when it is inspected.
      return false
    }
  }
}

/** Fields of a new {@link OptionsError}. */
export interface OptionsErrorInit {
  /** The name of what is configured, e.g. `'Gateway'`. */
  readonly subject: string
  /** The path of the option, e.g. `'shards.total'`; empty for the options as a whole. */
  readonly path: string
  /** The value as text that is safe to print. */
  readonly received: string
  /** Which values are right. */
  readonly hint: string
  /** Default: advice to correct this option. */
  readonly advice?: Advice | undefined
}

/** Advice for an option without advice of its own. */
export const defaultAdvice = (subject: string, path: string): Advice =>
  path === ''
    ? { en: `Correct the options given to ${subject}.`, zh: `请检查传给 ${subject} 的选项。` }
    : { en: `Correct "${path}" in the options of ${subject}.`, zh: `请修改 ${subject} 的选项 ${path}。` }

/** A wrong or unknown option. Thrown by constructors, before anything has started. */
export class OptionsError extends QqkitError {
  /** The path of the option, e.g. `'shards.total'`; empty for the options as a whole. */
  readonly path: string
  /** The value as text; secrets are shown as a placeholder. */
  readonly received: string
  /** Which values are right. */
  readonly hint: string

  constructor(init: OptionsErrorInit) {
    const where = init.path === '' ? `${init.subject} options` : `${init.subject} option "${init.path}"`
    super({
      code: 'invalid_options',
      message: `${where}: ${init.hint}; received ${init.received}`,
      advice: init.advice ?? defaultAdvice(init.subject, init.path),
    })
    this.path = init.path
    this.received = init.received
    this.hint = init.hint
  }
}

/** Whether a thrown value is an error. Never throws, not even for a proxy that throws when it is inspected. */
export const isError = (thrown: unknown): thrown is Error => {
  try {
    return thrown instanceof Error
  } catch {
    return false
  }
}

/** The message of a thrown value. Never throws: some values cannot be converted to text. */
export const messageOf = (thrown: unknown): string => {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'a value was thrown that cannot be shown'
  }
}

/** The cause of a thrown value. Never throws. */
export const causeOf = (thrown: unknown): unknown => {
  try {
    return (thrown as Partial<Error> | null | undefined)?.cause
  } catch {
    return undefined
  }
}
