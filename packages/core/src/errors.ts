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

/** What an {@link OptionsError} is made of. */
export interface OptionsErrorInit {
  /** What was being configured, e.g. `'Gateway'`. */
  readonly subject: string
  /** Where the value stands, e.g. `'shards.total'`; empty for the options as a whole. */
  readonly path: string
  /** The value, already made safe to print. */
  readonly received: string
  /** What would be right. */
  readonly hint: string
  /** Default: to correct this option. */
  readonly advice?: Advice | undefined
}

const correct = (subject: string, path: string): Advice =>
  path === ''
    ? { en: `Correct the options given to ${subject}.`, zh: `请检查传给 ${subject} 的选项。` }
    : { en: `Correct "${path}" in the options of ${subject}.`, zh: `请修改 ${subject} 的选项 ${path}。` }

/** A wrong or unknown option. Thrown by constructors, before anything has started. */
export class OptionsError extends QqkitError {
  /** Where the value stands, e.g. `'shards.total'`. */
  readonly path: string
  /** The value as text; secrets are shown as a placeholder. */
  readonly received: string
  /** What would be right. */
  readonly hint: string

  constructor(init: OptionsErrorInit) {
    const where = init.path === '' ? `${init.subject} options` : `${init.subject} option "${init.path}"`
    super({
      code: 'invalid_options',
      message: `${where}: ${init.hint}; received ${init.received}`,
      advice: init.advice ?? correct(init.subject, init.path),
    })
    this.path = init.path
    this.received = init.received
    this.hint = init.hint
  }
}
