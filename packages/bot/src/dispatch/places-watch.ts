import type { CancelTimer, Clock, LogSink } from '@qqkit/core'

/** What a {@link PlacesWatch} watches. */
export interface PlacesWatchParts {
  readonly clock: Clock
  readonly log: LogSink
  /** Places that there are. */
  readonly places: number
  /** What waits for one. */
  readonly waiting: () => number
}

/** ms after which it is no mere peak that all places are taken. */
const PATIENCE = 5000

const advice = {
  en: 'Look for handlers that hang, e.g. calls without a timeout: pass ctx.signal on, lower handlerTimeout, or raise concurrency.',
  zh: '请检查是否有处理函数卡住（例如没有超时的外部调用）：请传入 ctx.signal、缩短 handlerTimeout，或调大 concurrency。',
} as const

/** Sees when all places for handlers have been taken for a while: the bot answers nobody then, and says so. */
export class PlacesWatch {
  readonly #parts: PlacesWatchParts
  #taken: { readonly since: number; readonly cancel: CancelTimer } | null = null
  #told = false

  constructor(parts: PlacesWatchParts) {
    this.#parts = parts
  }

  /** Why nobody new is answered, with what to do; `null` while there is room, and for a moment without. */
  get crowded(): { readonly reason: string; readonly advice: typeof advice } | null {
    if (!this.#taken) return null
    const { clock, places, waiting } = this.#parts
    const ms = clock.now() - this.#taken.since
    if (ms < PATIENCE) return null
    const seconds = Math.floor(ms / 1000)
    return {
      reason: `all ${places} places for handlers have been taken for ${seconds} s, ${waiting()} events wait`,
      advice,
    }
  }

  /** The last place was taken, or one is free again. */
  readonly note = (taken: boolean): void => {
    const { clock, log } = this.#parts
    this.#taken?.cancel()
    this.#taken = taken ? { since: clock.now(), cancel: clock.setTimer(PATIENCE, this.#tell) } : null
    if (taken || !this.#told) return
    this.#told = false
    log({ level: 'info', event: 'bot.places_free', message: 'there are places for handlers again' })
  }

  readonly #tell = (): void => {
    const { crowded } = this
    if (!crowded) return
    const { places, waiting } = this.#parts
    this.#told = true
    const fields = { places, waiting: waiting(), advice }
    this.#parts.log({ level: 'warn', event: 'bot.places_taken', message: crowded.reason, ...fields })
  }
}
