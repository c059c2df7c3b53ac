import type { CancelTimer, Clock } from '@qqkit/core'
import { InteractionCode } from '@qqkit/protocol'

const CODES: ReadonlySet<number> = new Set(Object.values(InteractionCode))

/** A request that waits for the code. */
export interface Waiting {
  /** Aborts when whoever sent the request has gone. */
  readonly signal: AbortSignal
}

/**
 * A click on its way to its code (§7.7). The code goes into the answers to all pushes of the click: the one that is given,
 * or 0 when none comes in time, however long the click is handled.
 */
export class Click {
  /** Resolves with the code; with `null` when nobody handles the click any more, so that it has to be pushed again. */
  readonly code: Promise<number | null>
  readonly #waiting: Waiting[] = []
  readonly #cancel: CancelTimer
  #settle: (code: number | null) => void = () => {}
  #given = false
  #told = false

  /** @param patience ms that a code may take */
  constructor(clock: Clock, patience: number) {
    this.code = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#cancel = clock.setTimer(patience, () => void this.give(InteractionCode.Ok))
  }

  /** Whether the platform was told a code. */
  get told(): boolean {
    return this.#told
  }

  /** One more push of the click waits for the code. */
  join(request: Waiting): void {
    if (this.#given) this.#told ||= !request.signal.aborted
    else this.#waiting.push(request)
  }

  /** Gives the code. Only the first counts. Whether somebody is there to be told. */
  give(code: number): boolean {
    if (this.#given || !CODES.has(code)) return false
    this.#told = this.#waiting.some(({ signal }) => !signal.aborted)
    this.#end(code)
    return this.#told
  }

  /** Nobody will give a code. */
  leave(): void {
    if (!this.#given) this.#end(null)
  }

  #end(code: number | null): void {
    this.#given = true
    this.#cancel()
    this.#settle(code)
  }
}
