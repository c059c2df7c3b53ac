import type { Advice, SourceStatus } from '@qqkit/core'

/** A snapshot of a bot, fit for a health endpoint: plain JSON, no secrets. */
export interface BotStatus {
  /** `'ready'` only while every source receives; `'waiting'` goes on by itself; `'stopped'` does not. */
  readonly state: 'idle' | 'connecting' | 'ready' | 'waiting' | 'stopping' | 'stopped'
  /** Why, as a sentence. */
  readonly reason: string
  /** What a person can do about it, in both languages; `null` where there is nothing to do. */
  readonly advice: Advice | null
  /** What each source says about itself. */
  readonly sources: readonly SourceStatus[]
  /** Events that are being handled. */
  readonly running: number
  /** Events that wait for their turn. */
  readonly waiting: number
  /** Events that handlers finished since the bot was made. */
  readonly handled: number
  /** Events that a handler failed at since the bot was made. */
  readonly failed: number
}

type Whole = Pick<BotStatus, 'state' | 'reason' | 'advice'>

/** A bot that receives but has no place for handlers left answers nobody: that is its reason, until it does not receive either. */
export const withCrowd = (whole: Whole, crowded: Pick<Whole, 'reason' | 'advice'> | null): Whole =>
  crowded && whole.state === 'ready' ? { ...whole, ...crowded } : whole

/** What several sources are together: as good as the worst. */
export const combineSources = (
  sources: readonly SourceStatus[],
): Pick<BotStatus, 'state' | 'reason' | 'advice'> => {
  const worst =
    sources.find(({ state }) => state !== 'ready') ?? sources.find(({ advice }) => advice) ?? sources[0]
  return worst
    ? { state: worst.state, reason: worst.reason, advice: worst.advice ?? null }
    : { state: 'idle', reason: 'no sources', advice: null }
}
