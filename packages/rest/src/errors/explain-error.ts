import { QqkitError, type Advice } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import type { RestStep } from '../types/call.js'
import type { Delivered } from '../types/situation.js'
import { RestError } from './rest-error.js'

/** The languages of {@link explainError}. */
type Language = keyof Advice

const WORDS = {
  en: {
    meaning: 'Meaning',
    delivery: 'Delivery',
    before: 'Before that',
    next: 'Next step',
    trace: 'Trace id',
    cause: 'First failure',
    retry: 'repeated after',
    fallback: 'sent again as',
    seq: 'took the next msg_seq',
    delivered: { no: 'not delivered', unknown: 'may have been delivered', yes: 'delivered' },
  },
  zh: {
    meaning: '含义',
    delivery: '送达情况',
    before: '此前经过',
    next: '下一步',
    trace: 'trace id',
    cause: '最初的错误',
    retry: '重试，原因',
    fallback: '改为发送',
    seq: '改用下一个 msg_seq',
    delivered: { no: '未送达', unknown: '可能已送达', yes: '已送达' },
  },
} as const satisfies Record<Language, { delivered: Record<Delivered, string> } & Record<string, unknown>>

const stepText = (step: RestStep, language: Language): string => {
  const words = WORDS[language]
  if (step.kind === 'retry') return `${words.retry} ${step.situation} (${Math.round(step.delay)} ms)`
  return step.kind === 'fallback' ? `${words.fallback} ${step.name}` : words.seq
}

const restLines = (
  error: RestError,
  language: Language,
): (readonly [string, string | null | undefined])[] => {
  const words = WORDS[language]
  return [
    [words.meaning, error.facts?.[language]],
    [words.delivery, words.delivered[error.delivered]],
    [words.before, error.steps.map((step) => stepText(step, language)).join(language === 'zh' ? '；' : '; ')],
    [words.trace, error.traceId],
    [words.cause, RestError.is(error.cause) ? error.cause.message : null],
  ]
}

/**
 * Describes an error in a few lines for people: what happened, what it means, whether the message may have arrived,
 * what was tried, and what to do next. Takes any thrown value.
 *
 * @example
 * try {
 *   await rest.send(target, 'Hello')
 * } catch (error) {
 *   console.error(explainError(error, 'zh'))
 * }
 */
export const explainError = (error: unknown, language: 'en' | 'zh' = 'en'): string => {
  if (!QqkitError.is(error)) return messageOf(error)
  const lines = RestError.is(error) ? restLines(error, language) : []
  const all = [...lines, [WORDS[language].next, error.advice?.[language]] as const]
  const described = all.flatMap(([name, text]) => (text ? [`  ${name}: ${text}`] : []))
  return [error.message, ...described].join('\n')
}
