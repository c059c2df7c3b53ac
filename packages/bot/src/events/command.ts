import { checkOptions, endOfName, keyOfName, type NameWords, wordsOfName } from '@qqkit/core/internal'
import * as v from 'valibot'

import { type ArgumentsSchema, isSchema, parseUsage } from './arguments.js'
import { splitWords } from './words.js'

/** Options of a command besides its name. */
export interface CommandOptions<P = unknown> {
  /** Other names for it. */
  readonly aliases?: readonly string[]
  /** One line for the help text. */
  readonly description?: string
  /** The arguments for the help text, e.g. `'<city> [days]'`; with `args` it names them. `<text...>` is the rest of the message. */
  readonly usage?: string
  /**
   * A Standard Schema (valibot, zod, …) of an object with the arguments by their names in `usage`, each a text or missing. Its
   * output is `ctx.params`; where it does not fit, the usage is replied and the handler does not run.
   */
  readonly args?: ArgumentsSchema<P>
  /** Leave it out of the help text. Default `false`. */
  readonly hidden?: boolean
}

/** A command as registered. */
export interface Command extends CommandOptions {
  readonly name: string
}

/** All names of a command. */
export const commandNames = ({ name, aliases = [] }: Command): readonly string[] => [name, ...aliases]

/** The names of a command for comparison. */
export const commandKeys = (command: Command): ReadonlySet<string> =>
  new Set(commandNames(command).map(keyOfName))

/** A command with its names and arguments, as people type it. */
export const usageOf = (command: Command, prefix: string): string => {
  const names = commandNames(command).map((name) => prefix + name)
  return [names.join(', '), command.usage].filter(Boolean).join(' ')
}

/** The commands for a help text: those that are not hidden. */
export const helpOf = (
  commands: readonly Command[],
  prefix: string,
): readonly { readonly usage: string; readonly description: string }[] =>
  commands.flatMap((command) =>
    command.hidden === true
      ? []
      : { usage: usageOf(command, prefix), description: command.description ?? '' },
  )

/** A message as a command. */
export interface CommandMatch {
  /** As written, without the prefix. */
  readonly name: string
  /** Everything after the name, without surrounding blanks. */
  readonly rest: string
  /** `rest` as words; quotes keep blanks together. */
  readonly args: readonly string[]
  /** The output of the schema `args`. */
  readonly params?: unknown
}

/** How commands are recognised. */
export interface CommandStyle {
  /** Prefixes of the name, e.g. `['/', '／']`. */
  readonly prefixes: readonly string[]
  /** Whether a message that is only the name is a command too. */
  readonly bare: boolean
}

/** A message as a registered command. */
export interface CommandLine extends CommandMatch {
  /** The name as registered, in lower case. */
  readonly key: string
  /** Whether the name is only the beginning of registered ones: `/todo` of `todo add`. */
  readonly isGroup: boolean
}

interface Name {
  readonly key: string
  readonly isGroup: boolean
  readonly words: NameWords
}

/** Whether a text begins with another one, as people type it: in any case and width. */
export const beginsWith = (text: string, beginning: string): boolean =>
  keyOfName(text.slice(0, beginning.length)) === keyOfName(beginning)

/** The names of all commands, the longest first, by their first letter. */
export class CommandTable {
  readonly #style: CommandStyle
  readonly #names = new Map<string, Name[]>()

  constructor(commands: readonly Command[], style: CommandStyle) {
    // The longest first: of `!` and `!!` each begins with the other.
    this.#style = { ...style, prefixes: style.prefixes.toSorted((a, b) => b.length - a.length) }
    const groups = new Map<string, boolean>()
    for (const key of commands.flatMap((command) => [...commandKeys(command)])) {
      for (let end = key.indexOf(' '); end > 0; end = key.indexOf(' ', end + 1))
        groups.set(key.slice(0, end), groups.get(key.slice(0, end)) ?? true)
      groups.set(key, false)
    }
    for (const [key, isGroup] of [...groups].toSorted(([a], [b]) => b.length - a.length)) {
      const letter = key.charAt(0)
      const names = this.#names.get(letter) ?? []
      names.push({ key, isGroup, words: wordsOfName(key) })
      this.#names.set(letter, names)
    }
  }

  /** Splits a message into the longest registered name and its arguments; `null` if it is no command. */
  read(text: string): CommandLine | null {
    const { prefixes, bare } = this.#style
    const prefix = prefixes.find((prefix) => beginsWith(text, prefix))
    if (prefix === undefined && !bare) return null
    const line = text.slice(prefix?.length ?? 0)
    for (const name of this.#names.get(keyOfName(line.charAt(0))) ?? []) {
      const end = endOfName(line, name.words)
      if (end === -1) continue
      const rest = line.slice(end).trim()
      // Without a prefix, "help me write a letter" does not call "help".
      if (prefix === undefined && rest !== '') continue
      const { key, isGroup } = name
      const args = splitWords(rest).map(({ text }) => text)
      return { key, isGroup, name: line.slice(0, end), rest, args }
    }
    return null
  }
}

const schema = v.strictObject(
  {
    aliases: v.optional(v.array(v.string(), 'must be a list of names, e.g. ["p"]')),
    description: v.optional(v.string('must be text, one line for the help')),
    usage: v.optional(v.string('must be text, e.g. "<city> [days]"')),
    args: v.optional(v.custom(isSchema, 'must be a schema of valibot, zod or another with "~standard"')),
    hidden: v.optional(v.boolean('must be true or false')),
  },
  ({ expected }: v.StrictObjectIssue) =>
    expected === 'never'
      ? 'there is no such option; known are aliases, description, usage, args and hidden'
      : "give the options as an object, e.g. { aliases: ['p'] }, or leave them out",
)

const withNamedArguments = v.pipe(
  schema,
  v.forward(
    v.check(
      ({ args, usage }) => args === undefined || parseUsage(usage) !== null,
      'must name each argument of args: "<city> [days]", required ones first, at the end also "<text...>"',
    ),
    ['usage'],
  ),
)

/**
 * Checks the options of a command; its names are checked elsewhere.
 *
 * @throws OptionsError
 */
export const checkCommandOptions = (name: string, options: unknown): void => {
  checkOptions(`command ${name}`, withNamedArguments, options)
}
