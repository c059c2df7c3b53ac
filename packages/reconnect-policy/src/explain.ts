import type { Decision, Stop } from './decision.js'

const reasonOf = ({ reason, count }: Stop): string => {
  if (reason === 'fatal') return reason
  return reason === 'repeated' ? `${count} times in a row` : 'no attempts left'
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`

/**
 * Describes a decision as one English sentence for the log.
 *
 * @example
 *   explain(decision) // '4009 (ready): resume in 1 s (ladder, attempt 1)'
 */
export const explain = (decision: Decision): string => {
  const { action, attempt, cause, known, stage } = decision
  const subject = `${cause} (${known ? '' : 'unknown, '}${stage}): ${action}`
  if (action === 'stop') return `${subject}, ${reasonOf(decision)} (attempt ${attempt})`
  const { counted, delay, dropped, token, wait, why } = decision
  return [
    `${subject} in ${seconds(wait)} (${why.replace('_', ' ')}, ${counted ? '' : 'still '}attempt ${attempt})`,
    wait > delay ? `; an earlier wait outlasts ${seconds(delay)}` : '',
    dropped ? `; session dropped (${dropped})` : '',
    token === 'refresh' ? '; new token' : '',
  ].join('')
}
