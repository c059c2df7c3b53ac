/** A wrong or unknown value in a policy. Has the shape of core's `OptionsError`, which this package cannot import. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code = 'invalid_options'
  /** Where the value stands, e.g. `'rules.4009.delay'`; empty for the policy as a whole. */
  readonly path: string
  /** The value, as short text. */
  readonly received: string
  /** What would be right. */
  readonly hint: string

  constructor(path: string, received: string, hint: string) {
    super(`${path ? `Policy option "${path}"` : 'Policy options'}: ${hint}; received ${received}`)
    this.path = path
    this.received = received
    this.hint = hint
  }
}
