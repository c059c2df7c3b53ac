import { defaultPolicy } from './default-policy.js'
import {
  freeze,
  MAX_DELAY,
  ownEntry,
  type Policy,
  type PolicyOptions,
  type Rule,
  unknownRule,
} from './policy.js'

/** A wrong or unknown value in a policy. Has the shape of `OptionsError` from `@qqkit/core`, without the dependency. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code = 'invalid_options'
  /** The path of the value, e.g. `'rules.4009.delay'`; empty for the policy as a whole. */
  declare readonly path: string
  /** The value, as short text. */
  declare readonly received: string
  /** Which values are right. */
  declare readonly hint: string

  constructor(path: string, received: string, hint: string) {
    super(`Policy option${path ? ` "${path}"` : 's'}: ${hint}; received ${received}`)
    Object.assign(this, { path, received, hint })
  }
}

type Check = (value: unknown, path: string, base?: unknown) => unknown

const describe = (value: unknown): string => {
  // The cut must not leave half a character.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60).replace(/[\uD800-\uDBFF]$/, ''))
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value)
}

/** A check with a hint that says which values are right. */
const expectThat =
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

const waiting = expectThat(`give ${milliseconds}`, wait)
const counting = expectThat(atLeast1, whole)
const countingOrNull = expectThat(
  `${atLeast1}, or null for no limit`,
  (value) => value === null || whole(value),
)

const oneOf = (words: readonly unknown[], more = ''): Check =>
  expectThat(`give ${words.map((word) => JSON.stringify(word)).join(' or ')}${more}`, (value) =>
    words.includes(value),
  )

const word = oneOf(['ladder', 'rate_limited', 'session_refused'], ` or ${milliseconds}`)

const ladder: Check = (value, path) => {
  expectThat('give an array of waits', (v) => Array.isArray(v) && v.length > 0)(value, path)
  return Array.from(value as number[], (rung, i) =>
    expectThat(
      `give ${milliseconds}, ascending`,
      (v) => wait(v) && !(v < ((value as number[])[i - 1] as number)),
    )(rung, `${path}.${i}`),
  )
}

const plain = expectThat('give a plain object', (value) => describe(value) === '[object Object]')

const unknown = expectThat('unknown, remove it', () => false)

/** Checks the entries of an object and merges them over `base`. An `undefined` entry counts as not given. */
const shape =
  (checks: Readonly<Record<string, Check>>, others: Check = unknown): Check =>
  (value, path, base) => {
    plain(value, path)
    const result = new Map<string, unknown>(Object.entries(base as object))
    for (const [key, entry] of Object.entries(value as object)) {
      if (entry === undefined) continue
      const check = ownEntry(checks, key) ?? others
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
  httpLadder: ladder,
  rateLimited: waiting,
  sessionRefused: waiting,
  quick: shape({ count: counting, within: waiting, delay: waiting }),
  stableAfter: waiting,
  jitter: expectThat('give a share from 0 to 1', from(0, 1)),
  maxAttempts: countingOrNull,
  resumeTries: counting,
  rules: shape({}, (row, path, base = unknownRule) => rule(row, path, base)),
} satisfies Record<keyof Policy, Check>)

/**
 * Checks a partial policy and merges it over `base`, field by field and rule by rule.
 *
 * @example
 *   const policy = definePolicy({
 *     ladder: [250, 1_000, 5_000],
 *     rules: {
 *       4009: { resumeTries: 1 }, // resume, but only once
 *       4915: { fatal: true }, // never connect again
 *     },
 *   })
 *
 * @param options any part of a policy, e.g. parsed from a JSON file
 * @param base the policy that applies where `options` gives nothing
 * @returns a frozen policy that survives a JSON round trip
 * @throws PolicyError with the path of the first wrong value
 */
export const definePolicy = (options: PolicyOptions = {}, base: Policy = defaultPolicy): Policy =>
  freeze(policy(options, '', base) as Policy)
