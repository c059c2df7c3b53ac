import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

/** Options of a command besides its name. */
export interface CommandOptions {
  /** Other names for it. */
  readonly aliases?: readonly string[]
  /** One line for the help text. */
  readonly description?: string
  /** The arguments for the help text, e.g. `'<city> [days]'`. */
  readonly usage?: string
  /** Leave it out of the help text. Default `false`. */
  readonly hidden?: boolean
}

/** A command as registered. */
export interface Command extends CommandOptions {
  readonly name: string
}

/** Names are compared without regard to case. */
export const commandNames = ({ name, aliases = [] }: Command): ReadonlySet<string> =>
  new Set([name, ...aliases].map((name) => name.toLowerCase()))

/** The help text: one line for each command that is not hidden. */
export const helpText = (commands: readonly Command[], prefix: string): string =>
  commands
    .filter((command) => command.hidden !== true)
    .map(({ name, aliases = [], usage, description }) => {
      const names = [name, ...aliases].map((name) => prefix + name).join(', ')
      return [names, usage].filter(Boolean).join(' ') + (description ? ` — ${description}` : '')
    })
    .join('\n')

/** A message as a command. */
export interface CommandMatch {
  /** As written, without the prefix. */
  readonly name: string
  /** Everything after the name, without surrounding blanks. */
  readonly rest: string
  /** `rest` as words; quotes keep blanks together. */
  readonly args: readonly string[]
}

/** How commands are recognised. */
export interface CommandStyle {
  /** Prefixes of the name, e.g. `['/', '／']`. */
  readonly prefixes: readonly string[]
  /** Whether a message that is only the name is a command too. */
  readonly bare: boolean
}

/** A text as a possible command; `prefixed` tells whether it began with a prefix. */
export interface CommandLine extends CommandMatch {
  readonly prefixed: boolean
}

/** Splits a message into name and arguments; `null` when it cannot be a command. */
export const parseCommand = (text: string, style: CommandStyle): CommandLine | null => {
  const prefix = style.prefixes.find((prefix) => text.startsWith(prefix))
  if (prefix === undefined && !style.bare) return null
  const line = text.slice(prefix?.length ?? 0)
  const name = /^\S+/.exec(line)?.[0]
  if (name === undefined) return null
  const rest = line.slice(name.length).trim()
  const prefixed = prefix !== undefined
  // Without a prefix, "help me write a letter" does not call "help".
  if (!prefixed && rest !== '') return null
  return { name, rest, args: splitArguments(rest), prefixed }
}

/** Straight and Chinese quotes, each with its closing quote. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
])

const BLANKS = /\s*/y
const WORD = /\S+/y

/** The end of a match of a sticky pattern at a position. */
const endOf = (pattern: RegExp, line: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(line) ? pattern.lastIndex : from
}

/**
 * The words of a command line; quotes keep blanks together. An opening quote without a closing one is an ordinary character. The
 * last closing quotes are found once, or a line of opening quotes would take quadratic time.
 */
export const splitArguments = (line: string): readonly string[] => {
  const words: string[] = []
  const lastOf = new Map(Array.from(QUOTES.values(), (quote) => [quote, line.lastIndexOf(quote)]))
  for (let at = endOf(BLANKS, line, 0); at < line.length; at = endOf(BLANKS, line, at)) {
    const closing = QUOTES.get(line.charAt(at))
    const isQuoted = closing !== undefined && (lastOf.get(closing) ?? -1) > at
    const end = isQuoted ? line.indexOf(closing, at + 1) : endOf(WORD, line, at)
    words.push(line.slice(isQuoted ? at + 1 : at, end))
    at = isQuoted ? end + 1 : end
  }
  return words
}

const schema = v.strictObject(
  {
    name: v.string(),
    aliases: v.optional(v.array(v.string(), 'must be a list of names, e.g. ["p"]')),
    description: v.optional(v.string('must be text, one line for the help')),
    usage: v.optional(v.string('must be text, e.g. "<city> [days]"')),
    hidden: v.optional(v.boolean('must be true or false')),
  },
  'there is no such option; known are aliases, description, usage and hidden',
)

/**
 * Checks the options of a command; its names are checked elsewhere.
 *
 * @throws OptionsError
 */
export const checkCommand = (command: Command): void => {
  checkOptions(`command ${command.name}`, schema, command)
}
