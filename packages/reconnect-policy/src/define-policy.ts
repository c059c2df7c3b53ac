import { defaultPolicy } from './default-policy.js'
import { freeze, MAX_DELAY, own, type Policy, type PolicyOptions, type Rule, unknownRule } from './policy.js'

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

type Check = (value: unknown, path: string, base?: unknown) => unknown

const describe = (value: unknown): string => {
  // Not in the middle of a character.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60).replace(/[\uD800-\uDBFF]$/, ''))
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value)
}

/** The hint says what would be right; it is shown when the value is not. */
const that =
  (hint: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) throw new PolicyError(path, describe(value), hint)
    return value
  }

const from =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    typeof value === 'number' && value >= least && value <= most

const whole = (value: unknown): boolean => Number.isInteger(value) && from(1, 1e9)(value)
const wait = from(1, MAX_DELAY)
const milliseconds = `milliseconds from 1 to ${MAX_DELAY}`
const atLeast1 = 'give a whole number of at least 1'

const waiting = that(`give ${milliseconds}`, wait)
const counting = that(atLeast1, whole)
const countingOrNull = that(`${atLeast1}, or null for no limit`, (value) => value === null || whole(value))

const oneOf = (words: readonly unknown[], more = ''): Check =>
  that(`give ${words.map((word) => JSON.stringify(word)).join(' or ')}${more}`, (value) =>
    words.includes(value),
  )

const word = oneOf(['ladder', 'rate_limited', 'invalid_session'], ` or ${milliseconds}`)

const ladder: Check = (value, path) => {
  that('give an array of waits', (v) => Array.isArray(v) && v.length > 0)(value, path)
  return Array.from(value as number[], (rung, i) =>
    that(
      `give ${milliseconds}, never falling`,
      (v) => wait(v) && !(v < ((value as number[])[i - 1] as number)),
    )(rung, `${path}.${i}`),
  )
}

const plain = that('give a plain object', (value) => describe(value) === '[object Object]')

const unknown = that('unknown, remove it', () => false)

/** An object of checked entries over a base; what is `undefined` counts as not given. */
const shape =
  (checks: Readonly<Record<string, Check>>, others: Check = unknown): Check =>
  (value, path, base) => {
    plain(value, path)
    const result = new Map<string, unknown>(Object.entries(base as object))
    for (const [key, entry] of Object.entries(value as object)) {
      if (entry === undefined) continue
      const check = own(checks, key) ?? others
      result.set(key, check(entry, path ? `${path}.${key}` : key, result.get(key)))
    }
    return Object.fromEntries(result)
  }

const rule = shape({
  session: oneOf(['keep', 'drop']),
  token: oneOf(['keep', 'refresh']),
  delay: (value, path) => (typeof value === 'number' ? waiting : word)(value, path),
  fatal: oneOf([true, false]),
  stopAfter: countingOrNull,
  resumeTries: countingOrNull,
} satisfies Record<keyof Rule, Check>)

const policy = shape({
  ladder,
  accessLadder: ladder,
  rateLimited: waiting,
  invalidSession: waiting,
  quick: shape({ count: counting, within: waiting, delay: waiting }),
  stableAfter: waiting,
  jitter: that('give a share from 0 to 1', from(0, 1)),
  maxAttempts: countingOrNull,
  resumeTries: counting,
  rules: shape({}, (row, path, base = unknownRule) => rule(row, path, base)),
} satisfies Record<keyof Policy, Check>)

/**
 * Checks a policy and fills in the rest. What is given replaces what `base` says, knob by knob and row by row.
 *
 * @param options any part of a policy, e.g. parsed from a JSON file
 * @param base what holds where nothing is given
 * @returns a frozen policy that survives a JSON round trip
 * @throws PolicyError with the path of the first wrong value
 */
export const definePolicy = (options: PolicyOptions = {}, base: Policy = defaultPolicy): Policy =>
  freeze(policy(options, '', base) as Policy)
