import type { Language } from '@qqkit/core/internal'

/** Questions to the person at the terminal. Each answer is `null` after Ctrl-C. */
export interface Prompts {
  readonly confirm: (question: string, usual: boolean) => Promise<boolean | null>
}

/** The process around a command. */
export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder in which the command was called. */
  readonly cwd: string
  readonly language: Language
  readonly print: (line: string) => void
  /** Takes what went wrong, as one line. */
  readonly complain: (line: string) => void
  /** `null` where no person can answer: output into a file, or a program that calls this one. */
  readonly prompts: Prompts | null
  /** Columns of the terminal; `Infinity` where there is none. */
  readonly columns: number
  /** Aborted by Ctrl-C and by the signals that end a process. */
  readonly signal: AbortSignal
}
