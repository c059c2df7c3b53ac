import type { UsageProblem } from '../events/arguments.js'
import type { OutgoingMessage } from './platform-client.js'

/** What is wrong with a command, and how to write it. */
export interface UsageInfo {
  /** One line for each command, e.g. `'/天气 <城市> [天数]'`. */
  readonly usages: readonly string[]
  /** Empty where only the beginning of several commands was written. */
  readonly problems: readonly UsageProblem[]
}

/** What the bot itself says to people in QQ. */
export interface PeopleTexts {
  /** A command with wrong arguments. Default Chinese: what is wrong, and the usage. */
  readonly usage: (info: UsageInfo) => OutgoingMessage
}

const problemText = (problem: UsageProblem): string => {
  if (problem.kind === 'missing') return `缺少参数：${problem.name}`
  if (problem.kind === 'extra') return `多余的参数：${problem.text}`
  return problem.name === null ? problem.message : `${problem.name}：${problem.message}`
}

/** The default texts. */
export const peopleTexts: PeopleTexts = {
  usage: ({ usages, problems }) =>
    [...problems.map(problemText), ...usages.map((usage) => `用法：${usage}`)].join('\n'),
}
