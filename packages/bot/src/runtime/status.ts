import type { Advice, SourceStatus } from '@qqkit/core'

import { type Language, say } from '../language/translate.js'

/** A snapshot of a bot, fit for a health endpoint: plain JSON, no secrets. */
export interface BotStatus {
  /** `'ready'` only while every source receives. `'waiting'` ends without your help, `'stopped'` does not. */
  readonly state: 'idle' | 'connecting' | 'ready' | 'waiting' | 'stopping' | 'stopped'
  /** Why, as a sentence. */
  readonly reason: string
  /** What a person can do about it, in both languages; `null` where there is nothing to do. */
  readonly advice: Advice | null
  /** The address of the API: QQ's, or another one that an option or `QQKIT_API_URL` names. */
  readonly api: string
  /** The status of each source. */
  readonly sources: readonly SourceStatus[]
  /** Events in handlers now. */
  readonly running: number
  /** Events that wait for their turn. */
  readonly waiting: number
  /** Events that handlers finished since the bot was created. */
  readonly handled: number
  /** Errors of handlers since the bot was created. */
  readonly failed: number
}

/** A status with its sentences in a language. */
export const sayStatus = (status: BotStatus, language: Language): BotStatus => {
  if (language === 'en') return status
  const sources = status.sources.map((source) => ({
    ...source,
    reason: say(source.reason, language, source.advice),
  }))
  return { ...status, reason: say(status.reason, language, status.advice), sources }
}

type Whole = Pick<BotStatus, 'state' | 'reason' | 'advice'>

/** The status of a bot whose handlers are saturated: that is its reason, unless a source is the greater problem. */
export const withSaturation = (whole: Whole, saturation: Pick<Whole, 'reason' | 'advice'> | null): Whole =>
  saturation && whole.state === 'ready' ? { ...whole, ...saturation } : whole

/** The status of several sources together: that of the worst. */
export const combineSources = (
  sources: readonly SourceStatus[],
): Pick<BotStatus, 'state' | 'reason' | 'advice'> => {
  const worst =
    sources.find(({ state }) => state !== 'ready') ?? sources.find(({ advice }) => advice) ?? sources[0]
  return worst
    ? { state: worst.state, reason: worst.reason, advice: worst.advice ?? null }
    : { state: 'idle', reason: 'no sources', advice: null }
}
