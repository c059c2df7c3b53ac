import type { SourceStatus } from '@qqkit/core'

/** A snapshot of a bot, fit for a health endpoint: plain JSON, no secrets. */
export interface BotStatus {
  /** `'ready'` only while every source receives; `'waiting'` goes on by itself; `'stopped'` does not. */
  readonly state: 'idle' | 'connecting' | 'ready' | 'waiting' | 'stopping' | 'stopped'
  /** Why, as a sentence. */
  readonly reason: string
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

/** What several sources are together: as good as the worst. */
export const combineSources = (sources: readonly SourceStatus[]): Pick<BotStatus, 'state' | 'reason'> => {
  const worst = sources.find(({ state }) => state !== 'ready') ?? sources[0]
  return worst ? { state: worst.state, reason: worst.reason } : { state: 'idle', reason: 'no sources' }
}
