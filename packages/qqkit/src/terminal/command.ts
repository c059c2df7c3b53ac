import type { Advice } from '@qqkit/core'

import type { Around } from './around.js'

/** An option of a command. */
export interface OptionRow {
  /** As commander reads it: `--port <number>`. */
  readonly flags: string
  readonly what: Advice
  /** The value of a text; `undefined` for a text that is no value. */
  readonly read?: (text: string) => unknown
  /** What to give instead of a text that is no value. */
  readonly advice?: Advice
}

/** A command with its arguments and options. */
export interface CommandRow<Options extends object = object> {
  readonly name: string
  readonly what: Advice
  /** The argument, if it takes one: `[dir]`. */
  readonly argument?: { readonly name: string; readonly what: Advice }
  readonly options: readonly OptionRow[]
  /** Gives the exit code. */
  readonly run: (argument: string | undefined, options: Options, around: Around) => Promise<number>
}

/** A command in a list of commands with other options. */
export type AnyCommand = Omit<CommandRow, 'run'> & {
  readonly run: (argument: string | undefined, options: object, around: Around) => Promise<number>
}

/** A command whose options have the type that its rows give them. */
export const command = <Options extends object>(row: CommandRow<Options>): AnyCommand => ({
  ...row,
  run: async (argument, options, around) => row.run(argument, options as Options, around),
})
