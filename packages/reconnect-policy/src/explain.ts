import type { Decision, Stop } from './decision.js'

const stopped: Readonly<Record<Stop['reason'], (stop: Stop) => string>> = {
  fatal: () => 'its rule is fatal',
  repeated: ({ strikes }) => `it came ${strikes} times without a ready connection in between`,
  attempts: ({ attempt }) => `attempt ${attempt} would be one too many`,
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`

/** A decision as one English sentence for the log: the cause, the choice, the delay and why, and the attempt. */
export const explain = (decision: Decision): string => {
  const { action, attempt, cause, known, stage } = decision
  const subject = `${cause}${known ? '' : ' (unknown)'} while ${stage === 'access' ? 'getting access' : stage}: ${action}`
  if (action === 'stop') return `${subject}, ${stopped[decision.reason](decision)} (attempt ${attempt})`
  const { counted, delay, dropped, token, wait, why } = decision
  return [
    `${subject} in ${seconds(wait)} (${why.replace('_', ' ')}, `,
    counted ? `attempt ${attempt})` : `no attempt consumed, still at ${attempt})`,
    wait > delay ? `; an earlier wait is longer than these ${seconds(delay)}` : '',
    dropped ? '; session dropped' : '',
    dropped === 'resumes' ? ', resuming brought nothing' : '',
    token === 'refresh' ? '; new token' : '',
  ].join('')
}
