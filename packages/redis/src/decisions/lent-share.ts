import { LONGEST_LEEWAY } from './leeway.js'

/** A number of requests in a time. */
export interface WindowRule {
  readonly key: string
  readonly requests: number
  readonly windowMs: number
}

/** ms without a word of a process after which the server keeps its share for it, and after which it forgets the process. */
export const SILENT = 12_000
export const FORGET = 600_000
/** The part of every limit that all processes together may use alone. */
export const LENT = 0.5

/** ms beyond what is counted, for clocks that differ. */
const MARGIN = 1000

/** What the server said last about the share of this process. */
interface Word {
  /** Part of every limit. */
  readonly share: number
  /** When it was said, by the server, and when it came, by the own clock. */
  readonly at: number
  readonly cameAt: number
}

/**
 * What one process may take while the server does not answer it, so that nothing goes over a limit even where the server answers the
 * others. The server keeps the share of a process of which it has not heard for 12 s, so the process takes from it when another
 * window has passed. It says what it has heard only when a window has passed since it last took alone: until then the share stays kept. A window of
 * nearly ten minutes or more is never counted alone. Pure: times are given.
 */
export class LentShare {
  readonly #logs = new Map<string, number[]>()
  #word: Word | null = null
  /** Until when something taken alone is in a window. */
  #owedUntil = -Infinity

  /** What this process tells the server: its share, and when the server said so. */
  get known(): { readonly share: number; readonly at: number } | null {
    return this.#word
  }

  /** The server has answered. */
  answered(word: Word): void {
    if (word.cameAt < this.#owedUntil || word.at <= (this.#word?.at ?? -Infinity)) return
    this.#word = word
  }

  /** Takes a place in all windows, or none. Returns ms to wait; 0: taken, `Infinity`: not without the server. */
  take(rules: readonly WindowRule[], now: number): number {
    if (rules.length === 0) return 0
    const word = this.#word
    if (word === null) return Infinity
    const longest = Math.max(...rules.map(({ windowMs }) => windowMs))
    const [from, until] = [
      word.cameAt + SILENT + longest + MARGIN,
      word.cameAt + FORGET - longest - SILENT - MARGIN,
    ]
    let wait = from - now
    for (const { key, requests, windowMs } of rules) {
      const most = Math.floor(requests * word.share)
      if (most === 0) return Infinity
      const log = (this.#logs.get(key) ?? []).filter((stamp) => stamp + windowMs > now)
      if (log.length > 0) this.#logs.set(key, log)
      else this.#logs.delete(key)
      const oldest = log.at(-most)
      if (oldest !== undefined) wait = Math.max(wait, oldest + windowMs - now)
    }
    if (now + Math.max(0, wait) >= until) return Infinity
    if (wait > 0) return wait
    // It may leave as late as that.
    const stamp = now + LONGEST_LEEWAY
    for (const { key } of rules) this.#logs.set(key, [...(this.#logs.get(key) ?? []), stamp])
    this.#owedUntil = Math.max(this.#owedUntil, stamp + longest)
    return 0
  }

  /** Takes a place back that was taken alone. */
  giveBack(keys: readonly string[], takenAt: number): void {
    for (const key of keys) {
      const log = this.#logs.get(key)
      const at = log?.lastIndexOf(takenAt + LONGEST_LEEWAY) ?? -1
      if (at >= 0) log?.splice(at, 1)
    }
  }
}
