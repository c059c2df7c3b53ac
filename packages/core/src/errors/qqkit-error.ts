const brand = Symbol.for('qqkit.error')

/** What a person can do about an error, in both languages of the documentation. */
export interface Advice {
  readonly en: string
  readonly zh: string
}

/** What a {@link QqkitError} is made of. */
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

  /** Whether `value` is an error of qqkit, whichever copy of the package made it, in whichever realm (`vm`, jest). */
  static is(value: unknown): value is QqkitError {
    try {
      // `instanceof` knows the errors of its own realm only.
      return Object.prototype.toString.call(value) === '[object Error]' && brand in (value as object)
    } catch {
      // A proxy that fails when it is looked at: whatever was thrown can be asked about.
      return false
    }
  }
}
