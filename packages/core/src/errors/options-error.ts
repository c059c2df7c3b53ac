import { QqkitError, type Advice } from './qqkit-error.js'

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
