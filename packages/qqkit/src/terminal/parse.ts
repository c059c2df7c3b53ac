import type { Advice } from '@qqkit/core'
import { explainRefusal, type Language } from '@qqkit/core/internal'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import type { AnyCommand, OptionRow } from './command.js'

/** What the arguments ask for. */
export type Request =
  | {
      readonly kind: 'run'
      readonly row: AnyCommand
      readonly argument: string | undefined
      readonly options: object
    }
  | { readonly kind: 'print'; readonly text: string }

const ABOUT: Advice = {
  en: 'Create, run and examine a QQ bot.',
  zh: '创建、运行和检查 QQ 机器人。',
}

const WORDS = {
  en: {
    titles: {
      'Usage:': 'Usage:',
      'Options:': 'Options:',
      'Commands:': 'Commands:',
      'Arguments:': 'Arguments:',
    },
    help: 'print this help',
    version: 'print the version',
  },
  zh: {
    titles: { 'Usage:': '用法：', 'Options:': '选项：', 'Commands:': '命令：', 'Arguments:': '参数：' },
    help: '显示帮助',
    version: '显示版本',
  },
} as const satisfies Record<
  Language,
  { readonly titles: Record<string, string>; readonly help: string; readonly version: string }
>

/** Options of every command. */
const COMMON: readonly OptionRow[] = [
  {
    flags: '--lang <language>',
    what: { en: 'en or zh (default: LANG)', zh: 'en 或 zh（默认取自 LANG）' },
    read: (text) => (text === 'en' || text === 'zh' ? text : undefined),
    advice: { en: 'give en or zh', zh: '请给出 en 或 zh' },
  },
]

const optionOf = ({ flags, what, read }: OptionRow, language: Language): Option => {
  const option = new Option(flags, what[language])
  if (option.required)
    option.argParser((text: string): unknown => {
      // Its shell variable is not set.
      if (text === '')
        throw new CommanderError(1, 'commander.optionMissingArgument', `option '${flags}' is empty`)
      const value = read ? read(text) : text
      if (value === undefined) throw new InvalidArgumentError('value')
      return value
    })
  return option
}

/**
 * Reads the arguments.
 *
 * @throws CommandError whose text is one line with the next step
 */
export const parse = (
  args: readonly string[],
  rows: readonly AnyCommand[],
  { language, version }: { readonly language: Language; readonly version: string },
): Request => {
  const words = WORDS[language]
  const titles: Readonly<Record<string, string>> = words.titles
  let written = ''
  let chosen: Request | null = null
  const program = new Command('qqkit')
    .description(ABOUT[language])
    .usage(language === 'zh' ? '<命令> [选项]' : '<command> [options]')
    .version(version, '-v, --version', words.version)
    .helpOption('-h, --help', words.help)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void (written += text), writeErr: () => {} })
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
  for (const option of COMMON) program.addOption(optionOf(option, language))
  for (const row of rows) {
    const sub = program
      .command(row.name)
      .description(row.what[language])
      .helpOption('-h, --help', words.help)
      .allowExcessArguments(false)
    if (row.argument) sub.argument(row.argument.name, row.argument.what[language])
    for (const option of [...row.options, ...COMMON]) sub.addOption(optionOf(option, language))
    sub.action(() => {
      // Its shell variable is not set: no folder or file is meant by that.
      if (sub.args[0] === '')
        throw new CommanderError(
          1,
          'commander.optionMissingArgument',
          `argument '${row.argument?.name}' is empty`,
        )
      const { lang: _lang, ...options } = sub.opts<{ lang?: string }>()
      chosen = { kind: 'run', row, argument: sub.args[0], options }
    })
  }
  try {
    program.parse(args[0] === 'help' ? [...args.slice(1), '--help'] : [...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')
      return { kind: 'print', text: written.trimEnd() }
    // No command is named.
    if (error.code === 'commander.help') return { kind: 'print', text: program.helpInformation().trimEnd() }
    const advice = [...rows.flatMap(({ options }) => options), ...COMMON].flatMap(
      ({ flags, advice: value }) => (value ? [[flags.split(/[ ,]/)[0] ?? '', value] as const] : []),
    )
    throw explainRefusal(error, Object.fromEntries(advice))
  }
  return chosen ?? { kind: 'print', text: program.helpInformation().trimEnd() }
}
