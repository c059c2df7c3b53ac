import { splitWords } from './words.js'

type PathItem = PropertyKey | { readonly key: PropertyKey }

/** What a schema says about a value. */
export type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string
        readonly path?: readonly PathItem[] | undefined
      }[]
    }

/** A Standard Schema, as valibot, zod, ArkType and others make them. */
export interface ArgumentsSchema<T = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>
  }
}

/** Whether a value is a Standard Schema. Those of ArkType are functions. */
export const isSchema = (value: unknown): value is ArgumentsSchema => {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  const standard = (value as Partial<ArgumentsSchema>)['~standard']
  return typeof standard?.validate === 'function'
}

/** An argument in the usage of a command. */
interface Parameter {
  readonly name: string
  readonly isOptional: boolean
  /** Whether it takes the rest of the message. */
  readonly isRest: boolean
}

/** `<name>`, `[name]`, and both with `...`. */
const PARAMETER = /^(?:<([^\s<>[\].]+)(\.{3})?>|\[([^\s<>[\].]+)(\.{3})?\])$/

const parameterOf = (token: string): Parameter | null => {
  const [, required, restOf, optional, optionalRest] = PARAMETER.exec(token) ?? []
  const name = required ?? optional
  if (name === undefined) return null
  return { name, isOptional: required === undefined, isRest: (restOf ?? optionalRest) !== undefined }
}

/** The arguments of a usage such as `'<city> [days]'`; `null` if it has another form. */
export const parseUsage = (usage: string | undefined): readonly Parameter[] | null => {
  const tokens = usage?.split(/\s+/).filter(Boolean) ?? []
  const parameters = tokens.map(parameterOf)
  const names = new Set(parameters.map((one) => one?.name))
  const isRight = parameters.every(
    (one, index) =>
      one !== null &&
      (one.isOptional || parameters[index - 1]?.isOptional !== true) &&
      (!one.isRest || index === tokens.length - 1),
  )
  return tokens.length > 0 && names.size === tokens.length && isRight ? (parameters as Parameter[]) : null
}

/** Why arguments do not fit. */
export type UsageProblem =
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'extra'; readonly text: string }
  /** `message` is that of the schema; `name` is `null` if it is about all arguments. */
  | { readonly kind: 'invalid'; readonly name: string | null; readonly message: string }

/** The arguments of a command, or why they do not fit. */
export type ReadArguments =
  | { readonly params: unknown; readonly problems?: undefined }
  | { readonly params?: undefined; readonly problems: readonly UsageProblem[] }

const nameIn = (path: readonly PathItem[] | undefined): string | null => {
  const [first] = path ?? []
  if (first === undefined) return null
  return String(typeof first === 'object' ? first.key : first)
}

/** Reads the arguments of a command by its usage and schema. */
export const readArguments = async (
  rest: string,
  { usage, args: schema }: { readonly usage?: string; readonly args?: ArgumentsSchema },
): Promise<ReadArguments> => {
  const parameters = parseUsage(usage) ?? []
  const words = splitWords(rest)
  const problems: UsageProblem[] = []
  const values: Record<string, string> = {}
  for (const [index, { name, isOptional, isRest }] of parameters.entries()) {
    const word = words[index]
    if (word) values[name] = isRest && index < words.length - 1 ? rest.slice(word.at) : word.text
    else if (!isOptional) problems.push({ kind: 'missing', name })
  }
  const extra = words[parameters.length]
  if (extra && parameters.at(-1)?.isRest !== true)
    problems.push({ kind: 'extra', text: rest.slice(extra.at) })
  if (problems.length > 0) return { problems }
  const result = (await schema?.['~standard'].validate(values)) ?? { value: values }
  if (!result.issues) return { params: result.value }
  return {
    problems: result.issues.map(({ message, path }) => ({ kind: 'invalid', name: nameIn(path), message })),
  }
}
