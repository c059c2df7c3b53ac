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

/** How many there are whose work is followed. Following makes every `await` of a process dearer. */
let followed = 0

/** Contexts are followed only from their first use on: who enters one later, after a wait, calls this before the wait. */
export const followContexts = (): void => {
  followed += 1
  current.run(NOBODY, () => {})
}

/** Whether the calls of a function go on after they have returned: only then they are worth following. */
export class Habit {
  /** `null`: not known yet. */
  #goesOn: boolean | null = null

  get isFollowed(): boolean {
    return this.#goesOn !== false
  }

  /** A call has returned. */
  learn(goesOn: boolean): void {
    if (this.#goesOn === goesOn || this.#goesOn === true) return
    if (goesOn) followed += 1
    else if (followed === 0) current.disable()
    this.#goesOn = goesOn
  }
}

/** A gateway is closed: the listener that does it, if one does, is not waited for, and its event counts as finished. */
export const leaveWithin = (gateway: object): void => current.getStore()?.leave(gateway)
