import type { StandardSchemaV1 } from '@standard-schema/spec'

import { type Advice, defaultAdvice, OptionsError } from '../errors.js'
import { isThenable } from './abort.js'
import { SECRET_PLACEHOLDER } from './logging.js'

/** Strings longer than this are described by their length. */
const LONGEST_QUOTE = 60

/** An address with a password, also one that lacks a part of it. */
const WITH_PASSWORD = /:[^@]*@/

/** Describes a value in an error message: short plain values by their content, all others by their type. Passwords of addresses are not shown. */
export const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      if (value.length > LONGEST_QUOTE) return `a string of ${value.length} characters`
      return WITH_PASSWORD.test(value) ? SECRET_PLACEHOLDER : JSON.stringify(value)
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `an array of ${value.length}` : `an object`
    default:
      return typeof value
  }
}

/** Options whose values are never shown, at any depth. A proxy URL may hold a password, and the secret is often pasted as the AppID. */
const SECRET_NAME = /secret|token(?!_?url)|password|authorization|app_?id|proxy/i
/** Options that programs read from the environment, where a variable may be missing. */
const FROM_ENVIRONMENT = /secret|token$|password|app_?id|url|proxy|webhook|^path$/i
/** A text that stands for a variable without a value: empty, printed by a template, or not replaced by a shell. */
const UNSET_TEXT = /^\s*(?:undefined|null|\$\{?\w+\}?|%\w+%)?\s*$/

/** Whether an option looks like an environment variable that is not set. Such a value is no secret. */
const isUnset = (key: PropertyKey | undefined, value: unknown): boolean =>
  FROM_ENVIRONMENT.test(String(key)) &&
  (typeof value === 'string' ? UNSET_TEXT.test(value) : value === undefined || value === null)

const unsetAdvice = (name: string, { en, zh }: Advice): Advice => ({
  en: `Set the environment variable that "${name}" is read from, e.g. with node --env-file=.env. ${en}`,
  zh: `请设置选项 ${name} 所读取的环境变量，例如使用 node --env-file=.env。${zh}`,
})

/** An issue of a schema library; valibot adds what a union tried, and which names it takes. */
interface Issue extends StandardSchemaV1.Issue {
  readonly issues?: readonly Issue[] | undefined
  readonly expected?: string | null | undefined
}

const keyOf = (segment: PropertyKey | StandardSchemaV1.PathSegment): PropertyKey =>
  typeof segment === 'object' ? segment.key : segment

const pathOf = ({ path = [] }: Issue): readonly PropertyKey[] => path.map(keyOf)

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  )

/** The path and the hint of the innermost wrong value: a union reports its alternatives, and one of them may have come further. */
const innermost = (
  issue: Issue,
  above: readonly PropertyKey[] = [],
): { path: PropertyKey[]; issue: Issue } => {
  const path = [...above, ...pathOf(issue)]
  const inner = issue.issues?.find((one) => one.path && !one.message.startsWith('Invalid '))
  return inner ? innermost(inner, path) : { path, issue }
}

/** The names that an issue lists as right. */
const namesIn = ({ expected, issues = [] }: Issue): readonly string[] => [
  ...[...(expected ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  ...issues.flatMap(namesIn),
]

/** The number of letters to change, add or remove. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(from).entries()) {
    let left = index + 1
    row = row.map((above, column) => {
      if (column === 0) return left
      const diagonal = row[column - 1]! + (to[column - 1] === letter ? 0 : 1)
      left = Math.min(above + 1, left + 1, diagonal)
      return left
    })
  }
  return row.at(-1)!
}

/** ` (did you mean "x"?)` for the nearest of some names, or nothing if none is near. */
export const didYouMean = (given: unknown, names: readonly string[]): string => {
  if (typeof given !== 'string' || given.length > LONGEST_QUOTE) return ''
  const near = (name: string): number => distance(given.toLowerCase(), name.toLowerCase())
  const best = names.reduce((one, other) => (near(other) < near(one) ? other : one), names[0] ?? '')
  return best !== '' && near(best) <= Math.max(given.length > 3 ? 2 : 1, given.length / 3)
    ? ` (did you mean "${best}"?)`
    : ''
}

/** The parts of a valibot schema that lead to the names of its options. */
interface Shape {
  readonly wrapped?: Shape
  readonly entries?: Readonly<Record<PropertyKey, Shape>>
}

/** The names of the options in the object at a path. */
const optionsAt = (shape: Shape | undefined, path: readonly PropertyKey[]): readonly string[] => {
  if (shape?.wrapped) return optionsAt(shape.wrapped, path)
  const [key, ...rest] = path
  return key === undefined ? Object.keys(shape?.entries ?? {}) : optionsAt(shape?.entries?.[key], rest)
}

/** A message of a validation library for a rule without a hint of its own: it speaks of types, not of the next step. */
const RAW = /^Invalid (?<what>\w+): Expected (?<expected>.*?) but received/s

const ARTICLES: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  Function: 'a function',
  string: 'a text',
  boolean: 'true or false',
}

/** The hint of a failed rule, in words for people also where the rule has none. */
const hintOf = (message: string): string => {
  const { what, expected = '' } = RAW.exec(message)?.groups ?? {}
  if (what === undefined) return message
  if (what === 'key') return expected === 'never' ? 'there is no such option' : 'this option is missing'
  return `give ${ARTICLES[expected] ?? expected.replaceAll(/^\(|\)$/g, '').replaceAll(' | ', ' or ')}`
}

/** Values that a schema of an object takes, though they are no options. */
const mistakenFor = (input: unknown): string | null => {
  if (Array.isArray(input)) return 'give the options as an object, not as a list'
  return isThenable(input) ? 'give the options themselves: await the promise first' : null
}

/**
 * Checks options against a schema and returns the schema's output. Takes any Standard Schema, so that the validation
 * library of a package does not appear in its types. The message of a failed rule becomes the hint, and the library's own
 * messages are replaced; a name that is nearly right is added, and a value that looks like a missing environment variable is
 * named as such.
 *
 * @param subject the name of what is configured, e.g. `'Gateway'`
 * @param advise the advice for a path; without one, the error advises to correct the option
 * @throws OptionsError with the path of the first wrong value
 */
export const checkOptions = <S extends StandardSchemaV1>(
  subject: string,
  schema: S,
  input: unknown,
  advise: (path: string) => Advice | undefined = () => undefined,
): StandardSchemaV1.InferOutput<S> => {
  const result = schema['~standard'].validate(input)
  if (result instanceof Promise) throw new TypeError('option schemas must be synchronous')
  const refuse = (path: readonly PropertyKey[], hint: string): never => {
    const name = path.map(String).join('.')
    const value = valueAt(input, path)
    const unset = isUnset(path.at(-1), value)
    const secret = !unset && path.some((key) => SECRET_NAME.test(String(key)))
    const advice = advise(name)
    throw new OptionsError({
      subject,
      path: name,
      received: secret ? SECRET_PLACEHOLDER : describeValue(value),
      hint: unset ? `${hint} (is the environment variable set?)` : hint,
      advice: unset ? unsetAdvice(name, advice ?? defaultAdvice(subject, name)) : advice,
    })
  }
  const mistaken = mistakenFor(input)
  if (mistaken !== null) refuse([], mistaken)
  const issue: Issue | undefined = result.issues?.[0]
  if (issue) {
    const found = innermost(issue)
    const unknown = found.issue.expected === 'never'
    const given = unknown ? found.path.at(-1) : valueAt(input, found.path)
    const names = unknown ? optionsAt(schema as Shape, found.path.slice(0, -1)) : namesIn(found.issue)
    return refuse(found.path, hintOf(found.issue.message) + didYouMean(given, names))
  }
  for (const [key, value] of Object.entries(input ?? {}))
    if (typeof value === 'string' && isUnset(key, value)) refuse([key], 'give the value itself')
  return (result as StandardSchemaV1.SuccessResult<StandardSchemaV1.InferOutput<S>>).value
}
