import { requireSync } from '../common/require-sync.js'
import type { UsageProblem } from '../events/arguments.js'
import type { OutgoingMessage } from './platform-client.js'

/** What is wrong with a command, and how to write it. */
export interface UsageInfo {
  /** One line for each command, e.g. `'/天气 <城市> [天数]'`. */
  readonly usages: readonly string[]
  /** Empty where only the beginning of several commands was written. */
  readonly problems: readonly UsageProblem[]
}

/** The commands that `bot.help()` lists. */
export interface HelpInfo {
  /** In the order of registration; each with its names and arguments, and its description or an empty text. */
  readonly commands: readonly { readonly usage: string; readonly description: string }[]
}

/** A text for people: a message, or a function that makes it. `null` says nothing. */
export type PeopleText<I = unknown> = OutgoingMessage | null | ((info: I) => OutgoingMessage | null)

/** What the bot itself says to people in QQ, unless a handler chooses other words. All of it is Chinese by default. */
export interface PeopleTexts {
  /** A command with wrong arguments: what is wrong, and the usage. */
  readonly usage: PeopleText<UsageInfo>
  /** The list of commands (`bot.help`). */
  readonly help: PeopleText<HelpInfo>
  /** A handler failed (`errorReply()`). */
  readonly failed: PeopleText<{ readonly error: unknown }>
  /** Too many messages (`throttle` with `onLimit: 'reply'`); `retryAfter` in ms. */
  readonly limited: PeopleText<{ readonly retryAfter: number }>
  /** A person or place is kept out (`allow`, `deny` with `otherwise: 'reply'`). */
  readonly denied: PeopleText
  /** Questions (`asking`). */
  readonly asking: Partial<AskingTexts>
  /** `/stop` and `/new` (`control`). */
  readonly control: Partial<ControlTexts>
}

/** What a control word has ended. */
export interface ControlInfo {
  /** Messages and clicks that waited behind what ran, and are not handled. */
  readonly waiting: number
}

/** What `control()` says to people in QQ. */
export interface ControlTexts {
  /** After something was stopped. */
  readonly stopped: PeopleText<ControlInfo>
  /** Where nothing runs or waits. */
  readonly nothing: PeopleText
  /** After the conversation was forgotten. */
  readonly forgotten: PeopleText<ControlInfo>
}

/** What `asking()` says to people in QQ; `null` says nothing. */
export interface AskingTexts {
  /** After a question that no one answered, if the handler does not catch the error, and a reply is still possible. */
  readonly timedOut: OutgoingMessage | null
  /** After a word or a signal cancelled a question, if the handler does not catch the error. */
  readonly cancelled: OutgoingMessage | null
  /** After a click on a question that is over. */
  readonly over: OutgoingMessage | null
  /** The choices as text, for places and bots without buttons. */
  readonly choices: (labels: readonly string[]) => string
}

/** A text as a message. @param name of the text, for errors */
export const messageFor = <I>(text: PeopleText<I>, info: I, name: string): OutgoingMessage | null =>
  typeof text === 'function' ? requireSync(text(info), name) : text

/** The text for an occasion: that of the bot's option `texts`, or the default. */
export const textFor = <I>(
  texts: Partial<PeopleTexts> | undefined,
  key: Exclude<keyof PeopleTexts, 'asking' | 'control'>,
  usual: PeopleText<I>,
  info: I,
): OutgoingMessage | null => {
  const chosen = texts?.[key] as PeopleText<I> | undefined
  return messageFor(chosen === undefined ? usual : chosen, info, `texts.${key}`)
}

const problemText = (problem: UsageProblem): string => {
  if (problem.kind === 'missing') return `缺少参数：${problem.name}`
  if (problem.kind === 'extra') return `多余的参数：${problem.text}`
  return problem.name === null ? problem.message : `${problem.name}：${problem.message}`
}

/** The default texts of what every bot can say; those of imports stand with them. */
export const peopleTexts = {
  usage: ({ usages, problems }: UsageInfo): string =>
    [...problems.map(problemText), ...usages.map((usage) => `用法：${usage}`)].join('\n'),
  help: ({ commands }: HelpInfo): string =>
    [
      '可用指令：',
      ...commands.map(({ usage, description }) => usage + (description && ` — ${description}`)),
    ].join('\n'),
}
