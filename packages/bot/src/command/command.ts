/** What can be said about a command besides its name. */
export interface CommandOptions {
  /** Other names for it. */
  readonly aliases?: readonly string[]
  /** One line for the help text. */
  readonly description?: string
  /** The arguments as the help text shows them, e.g. `'<city> [days]'`. */
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
