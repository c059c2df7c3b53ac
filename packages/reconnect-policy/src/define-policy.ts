import { defaultPolicy } from './default-policy.js'
import { freeze } from './freeze.js'
import { MAX_DELAY } from './limits.js'
import { PolicyError } from './policy-error.js'
import type { Policy, PolicyOptions } from './policy.js'
import { unknownRule } from './rule.js'

type Check = (value: unknown, path: string, base: unknown) => unknown

const describe = (value: unknown): string => {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value) return 'an object'
  if (typeof value === 'string')
    return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value)
  return typeof value === 'function' ? 'a function' : String(value)
}

const that =
  (hint: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) throw new PolicyError(path, describe(value), hint)
    return value
  }

const between =
  (from: number, to: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= from && value <= to

const whole = (value: unknown): boolean => Number.isInteger(value) && between(1, 1e9)(value)
const wait = between(1, MAX_DELAY)

const waiting = that(`give milliseconds from 1 to ${MAX_DELAY} (one day)`, wait)
const counting = that('give a whole number of at least 1', whole)
const countingOrNull = that(
  'give a whole number of at least 1, or null for no limit',
  (v) => v === null || whole(v),
)
const oneOf = (...words: readonly string[]): Check =>
  that(`give one of ${words.map((word) => `"${word}"`).join(', ')}`, (v) => words.includes(v as string))

const ladder = (value: unknown, path: string): unknown => {
  that('give an array of 1 to 100 waits', (v) => Array.isArray(v) && between(1, 100)(v.length))(
    value,
    path,
    0,
  )
  const rungs = Array.from(value as unknown[])
  rungs.forEach((rung, i) => {
    waiting(rung, `${path}.${i}`, 0)
    that('give waits that do not get shorter', (v) => i === 0 || (v as number) >= (rungs[i - 1] as number))(
      rung,
      `${path}.${i}`,
      0,
    )
  })
  return rungs
}

const entriesOf = (value: unknown, path: string): [string, unknown][] => {
  that('give a plain object', (v) => typeof v === 'object' && v !== null && !Array.isArray(v))(value, path, 0)
  return Object.entries(value as object).filter(([, v]) => v !== undefined)
}

const at = (path: string, key: string): string => (path ? `${path}.${key}` : key)

/** An object with exactly these keys; what is not given comes from the base. */
const shape =
  (checks: Record<string, Check>): Check =>
  (value, path, base) => {
    const result: Record<string, unknown> = { ...(base as object) }
    for (const [key, v] of entriesOf(value, path)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined
      if (!check)
        throw new PolicyError(
          at(path, key),
          describe(v),
          `remove it; known are ${Object.keys(checks).join(', ')}`,
        )
      result[key] = check(v, at(path, key), result[key])
    }
    return result
  }

const rule = shape({
  session: oneOf('keep', 'drop'),
  token: oneOf('keep', 'refresh'),
  delay: that(
    `give "ladder", "rate_limited", "invalid_session", or milliseconds from 1 to ${MAX_DELAY} (one day)`,
    (v) => wait(v) || v === 'ladder' || v === 'rate_limited' || v === 'invalid_session',
  ),
  fatal: that('give true or false', (v) => typeof v === 'boolean'),
  stopAfter: countingOrNull,
  resumeTries: countingOrNull,
})

const policy = shape({
  ladder,
  accessLadder: ladder,
  rateLimited: waiting,
  invalidSession: waiting,
  quick: shape({ count: counting, within: waiting, delay: waiting }),
  stableAfter: waiting,
  jitter: that('give a share from 0 to 1, e.g. 0.2', between(0, 1)),
  maxAttempts: countingOrNull,
  resumeTries: counting,
  rules: (value, path, base) => {
    const rows = new Map(Object.entries(base as Policy['rules']))
    for (const [cause, row] of entriesOf(value, path)) {
      rows.set(cause, rule(row, at(path, cause), rows.get(cause) ?? unknownRule) as Policy['rules'][string])
    }
    return Object.fromEntries(rows)
  },
})

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
