import { splitArguments } from './split-arguments.js'

/** A message taken for a command. */
export interface CommandMatch {
  /** As written, without the prefix. */
  readonly name: string
  /** Everything behind the name, without surrounding blanks. */
  readonly rest: string
  /** `rest` as words; quotes keep blanks together. */
  readonly args: readonly string[]
}

/** How commands are recognised. */
export interface CommandStyle {
  /** What may stand before the name, e.g. `['/', '／']`. */
  readonly prefixes: readonly string[]
  /** Whether a message that is nothing but the name is a command too. */
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
  // Without a prefix, "help me write a letter" is no call of "help".
  if (!prefixed && rest !== '') return null
  return { name, rest, args: splitArguments(rest), prefixed }
}
