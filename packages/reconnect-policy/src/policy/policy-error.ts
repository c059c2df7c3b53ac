/** A wrong or unknown value in a policy. Has the shape of core's `OptionsError`, which this package cannot import. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code = 'invalid_options'
  /** Where the value stands, e.g. `'rules.4009.delay'`; empty for the policy as a whole. */
  declare readonly path: string
  /** The value, as short text. */
  declare readonly received: string
  /** What would be right. */
  declare readonly hint: string

  constructor(path: string, received: string, hint: string) {
    super(`Policy option${path ? ` "${path}"` : 's'}: ${hint}; received ${received}`)
    Object.assign(this, { path, received, hint })
  }
}
