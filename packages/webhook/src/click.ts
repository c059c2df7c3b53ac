import type { CancelTimer, Clock, WireFrame } from '@qqkit/core'
import { InteractionCode, InteractionType } from '@qqkit/protocol'

const CODES: ReadonlySet<number> = new Set(Object.values(InteractionCode))

/** A request that waits for the code of a click. */
export interface PendingRequest {
  /** Aborts when the client has disconnected. */
  readonly signal: AbortSignal
}

/**
 * A click that waits for its code (§7.7). All pushes of the click are answered with this code, or with 0 if no code is given
 * in time.
 */
export class Click {
  /** Resolves with the code, or with `null` if the run has ended and the click must be pushed again. */
  readonly code: Promise<number | null>
  readonly #waiting: PendingRequest[] = []
  readonly #cancel: CancelTimer
  #settle: (code: number | null) => void = () => {}
  #ended = false
  #answered = false

  /** @param timeout ms until the click is answered with 0 */
  constructor(clock: Clock, timeout: number) {
    this.code = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#cancel = clock.setTimer(timeout, () => void this.answer(InteractionCode.Ok))
  }

  /** Whether a code was sent to the platform. */
  get answered(): boolean {
    return this.#answered
  }

  /** Adds a push of the click that waits for the code. */
  join(request: PendingRequest): void {
    if (this.#ended) this.#answered ||= !request.signal.aborted
    else this.#waiting.push(request)
  }

  /** Answers with a code; only the first call counts. @returns whether a request is still connected to receive it */
  answer(code: number): boolean {
    if (this.#ended || !CODES.has(code)) return false
    this.#answered = this.#waiting.some(({ signal }) => !signal.aborted)
    this.#end(code)
    return this.#answered
  }

  /** Ends the wait without a code. */
  endUnanswered(): void {
    if (!this.#ended) this.#end(null)
  }

  #end(code: number | null): void {
    this.#ended = true
    this.#cancel()
    this.#settle(code)
  }
}

/** Types whose user sees a loading sign until a code comes; other interactions need no code (§4.5, §7.7). */
const CLICK_TYPES: ReadonlySet<number> = new Set([InteractionType.Button, InteractionType.Menu])

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { readonly type?: unknown }).type : undefined

/** Whether an event is a click, whose push is answered with a code (§7.7). */
export const needsCode = ({ t, d }: WireFrame): boolean => {
  if (t !== 'INTERACTION_CREATE' || typeof d !== 'object' || d === null) return false
  const type = typeOf(d) ?? typeOf((d as { readonly data?: unknown }).data)
  return (typeof type === 'number' || typeof type === 'string') && CLICK_TYPES.has(Number(type))
}
