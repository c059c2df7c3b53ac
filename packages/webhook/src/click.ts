import type { CancelTimer, Clock, WireFrame } from '@qqkit/core'
import { InteractionCode, InteractionType } from '@qqkit/protocol'

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

/** The types whose user sees a loading sign until a code comes; others need none (§4.5, §7.7). */
const CLICKS: ReadonlySet<number> = new Set([InteractionType.Button, InteractionType.Menu])

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { readonly type?: unknown }).type : undefined

/** Whether an event is a click whose code belongs into the answer to its push (§7.7). */
export const needsCode = ({ t, d }: WireFrame): boolean => {
  if (t !== 'INTERACTION_CREATE' || typeof d !== 'object' || d === null) return false
  const type = typeOf(d) ?? typeOf((d as { readonly data?: unknown }).data)
  return (typeof type === 'number' || typeof type === 'string') && CLICKS.has(Number(type))
}
