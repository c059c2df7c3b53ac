import { AsyncLocalStorage } from 'node:async_hooks'

/** The listener that is being called, or the round of a loop over events, wherever its work goes on. */
export class Within {
  readonly #gateway: object
  #left = false
  #release: (() => void) | null = null

  /** @param gateway whose event it is: a listener may close another one */
  constructor(gateway: object) {
    this.#gateway = gateway
  }

  /** Calls a listener. */
  call<T>(work: () => T): T {
    return current.run(this, work)
  }

  /** From now on the work that goes on here belongs to it, until it enters another one. */
  enter(): void {
    current.enterWith(this)
  }

  /** What ends its share of the event, should it close the gateway, or have done so already. */
  onLeave(release: () => void): void {
    if (this.#left) release()
    else this.#release = release
  }

  leave(gateway: object): void {
    if (gateway !== this.#gateway) return
    this.#left = true
    this.#release?.()
  }
}

const current = new AsyncLocalStorage<Within>()

/** Leaves nothing. */
const NOBODY = new Within({})

/** Contexts are followed only from their first use on: who enters one later, after a wait, calls this before the wait. */
export const followContexts = (): void => current.run(NOBODY, () => {})

/** A gateway is closed: the listener that does it, if one does, is not waited for, and its event counts as finished. */
export const leaveWithin = (gateway: object): void => current.getStore()?.leave(gateway)
