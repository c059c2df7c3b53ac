import type { Advice } from '../errors.js'

/** The language of the person at the terminal. */
export type Language = keyof Advice

/** The language of the system, for Windows and editors, where no environment variable has it. */
const systemLocale = (): string => Intl.DateTimeFormat().resolvedOptions().locale

/** The language that the environment names, else that of the system. */
export const languageOf = (
  env: Readonly<Record<string, string | undefined>>,
  locale: () => string = systemLocale,
): Language => (/^zh/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || locale()) ? 'zh' : 'en')

/** The language that the arguments name, read before them all, since their mistakes are reported in it. */
export const languageIn = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language => {
  const at = args.findIndex((one) => one === '--lang' || one.startsWith('--lang='))
  const named = at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1])
  return named === 'en' || named === 'zh' ? named : languageOf(env)
}

/** A mistake on the command line: what is wrong and the next step, as one line in both languages. */
export class CommandError extends Error {
  readonly text: Advice

  constructor(text: Advice, cause?: unknown) {
    super(text.en, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.text = text
  }
}

const HELP: Advice = { en: '"--help" lists the options.', zh: '可用 "--help" 查看选项。' }

/**
 * A refusal of the parser of arguments (an error of commander), in words of both languages.
 *
 * @param valueAdvice what to give instead of a wrong value, by flag
 */
export const explainRefusal = (
  { code, message }: { readonly code: string; readonly message: string },
  valueAdvice: Readonly<Record<string, Advice>>,
): CommandError => {
  const named = /'(?<what>[^']+)'/.exec(message)?.groups?.['what'] ?? ''
  const flag = named.split(' ')[0] ?? ''
  const near = /Did you mean (\S+)\?/.exec(message)?.[1]
  const nextStep = (help: Advice): Advice =>
    near
      ? { en: `; did you mean ${near}?`, zh: `；您是否想用 ${near}？` }
      : { en: `. ${help.en}`, zh: `。${help.zh}` }
  switch (code) {
    case 'commander.unknownOption': {
      const next = nextStep(HELP)
      return new CommandError({
        en: `there is no option ${flag}${next.en}`,
        zh: `没有选项 ${flag}${next.zh}`,
      })
    }
    case 'commander.unknownCommand': {
      const next = nextStep({ en: '"--help" lists the commands.', zh: '可用 "--help" 查看命令。' })
      return new CommandError({
        en: `there is no command ${flag}${next.en}`,
        zh: `没有命令 ${flag}${next.zh}`,
      })
    }
    case 'commander.optionMissingArgument':
      return new CommandError({
        en: `${named}: the value is missing. ${HELP.en}`,
        zh: `${named}：缺少取值。${HELP.zh}`,
      })
    case 'commander.excessArguments':
      return new CommandError({
        en: `there are more words than the command takes. ${HELP.en}`,
        zh: `参数过多。${HELP.zh}`,
      })
    default: {
      const advice = valueAdvice[flag] ?? HELP
      return new CommandError({ en: `${flag}: ${advice.en}`, zh: `${flag}：${advice.zh}` })
    }
  }
}
