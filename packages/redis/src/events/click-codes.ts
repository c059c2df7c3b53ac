import type { CancelTimer, Clock, Delivery } from '@qqkit/core'

import { Listener, type ListenerDeps } from '../port/listener.js'

/** What {@link ClickCodes} work with. */
export interface ClickCodesDeps {
  readonly clock: Clock
  readonly listen: ListenerDeps['listen']
}

/** ms that the HTTP answer to a click waits for the code of a worker; people see an error after 3 s (§5.7). */
const PATIENCE = 2000
const OK = 0

/** A code on its way from a worker to the fronts. */
export const writeCode = (click: string, code: number): string => `${code} ${click}`

/** The clicks whose pushes a front has not answered, and the codes that workers give them. */
export class ClickCodes {
  readonly #clock: Clock
  readonly #listener: Listener
  readonly #waiting = new Map<string, Set<(code: number) => void>>()

  constructor({ clock, listen }: ClickCodesDeps) {
    this.#clock = clock
    this.#listener = new Listener({ clock, listen, onMessage: (message) => this.#onCode(message) })
  }

  /** Answers a click with the code of its worker, or with 0 after 2 s. `false`: codes do not arrive now. */
  wait(click: string, delivery: Pick<Delivery, 'acknowledge'>): boolean {
    if (!this.#listener.isOpen) return false
    let cancel: CancelTimer = () => {}
    const end = (code: number): void => {
      cancel()
      const all = this.#waiting.get(click)
      all?.delete(end)
      if (all?.size === 0) this.#waiting.delete(click)
      delivery.acknowledge(code)
    }
    cancel = this.#clock.setTimer(PATIENCE, () => end(OK))
    const known = this.#waiting.get(click)
    if (known) known.add(end)
    else this.#waiting.set(click, new Set([end]))
    return true
  }

  /** Answers what waits with 0. */
  close(): void {
    this.#listener.close()
    for (const all of this.#waiting.values()) for (const end of all) end(OK)
  }

  #onCode(message: string): void {
    const [, code, click] = /^(\d) (.*)$/s.exec(message) ?? []
    if (click === undefined) return
    for (const end of this.#waiting.get(click) ?? []) end(Number(code))
  }
}
