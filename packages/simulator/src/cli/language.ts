/** A text in both languages. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** The language of the person at the terminal. */
export type Language = keyof Text

/** The language that the environment names, else that of the system. */
export const languageOf = (
  env: Readonly<Record<string, string | undefined>>,
  locale: () => string = () => Intl.DateTimeFormat().resolvedOptions().locale,
): Language => (/^zh/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || locale()) ? 'zh' : 'en')

/** A mistake on the command line: what is wrong and the next step, as one line in both languages. */
export class CommandError extends Error {
  readonly text: Text

  constructor(text: Text, cause?: unknown) {
    super(text.en, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.text = text
  }
}
