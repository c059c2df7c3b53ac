import type { CancelTimer, Clock, LogSink } from '@qqkit/core'

/** What a {@link SaturationMonitor} works with. */
export interface SaturationMonitorDeps {
  readonly clock: Clock
  readonly log: LogSink
  /** Handlers that may run at a time. */
  readonly concurrency: number
  /** Events that wait for a handler. */
  readonly waiting: () => number
}

/** ms of full load that are still a mere peak. */
const PATIENCE = 5000

const advice = {
  en: 'Look for handlers that hang, e.g. calls without a timeout: pass them ctx.signal, lower handlerTimeout, or raise concurrency.',
  zh: '请检查是否有处理函数卡住（例如没有超时的外部调用）：请传入 ctx.signal、缩短 handlerTimeout，或调大 concurrency。',
} as const

/** Reports when all places for handlers have been taken for a while, so that new events are not answered. */
export class SaturationMonitor {
  readonly #deps: SaturationMonitorDeps
  #saturated: { readonly since: number; readonly cancel: CancelTimer } | null = null
  #reported = false

  constructor(deps: SaturationMonitorDeps) {
    this.#deps = deps
  }

  /** Why new events wait, with advice; `null` while there is room, and during a short peak. */
  get saturation(): { readonly reason: string; readonly advice: typeof advice } | null {
    if (!this.#saturated) return null
    const { clock, concurrency, waiting } = this.#deps
    const ms = clock.now() - this.#saturated.since
    if (ms < PATIENCE) return null
    const seconds = Math.floor(ms / 1000)
    return {
      reason: `all ${concurrency} places for handlers have been taken for ${seconds} s; ${waiting()} events wait`,
      advice,
    }
  }

  /** Called when the last place is taken, and when one is free again. */
  onSaturated(taken: boolean): void {
    const { clock, log } = this.#deps
    this.#saturated?.cancel()
    this.#saturated = taken ? { since: clock.now(), cancel: clock.setTimer(PATIENCE, this.#report) } : null
    if (taken || !this.#reported) return
    this.#reported = false
    log({ level: 'info', event: 'bot.places_free', message: 'handlers have free places again' })
  }

  readonly #report = (): void => {
    const { saturation } = this
    if (!saturation) return
    const { concurrency: places, waiting } = this.#deps
    this.#reported = true
    const fields = { places, waiting: waiting(), advice }
    this.#deps.log({ level: 'warn', event: 'bot.places_taken', message: saturation.reason, ...fields })
  }
}
