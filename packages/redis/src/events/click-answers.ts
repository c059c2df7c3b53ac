import type { CancelTimer, Clock, Delivery } from '@qqkit/core'

import { Listener, type ListenerDeps } from '../port/listener.js'

/** What {@link ClickAnswers} work with. */
export interface ClickAnswersDeps {
  readonly clock: Clock
  /** Hears the codes that workers give to clicks; `null`: clicks are answered with 0 when the queue has them. */
  readonly listen: ListenerDeps['listen'] | null
}

/** ms that the HTTP answer to a click waits for the queue, and for the code of a worker; people see an error after 3 s (§5.7). */
const PUBLISHED_WITHIN = 1000
const CODE_WITHIN = 2000
const OK = 0

/** A code on its way from a worker to the fronts. */
export const writeCode = (click: string, code: number): string => `${code} ${click}`

/** A click whose request is open. */
export interface OpenClick {
  /** Whether the code of a worker goes into the answer. */
  readonly awaitsCode: boolean
  /** The queue has the click: it outlives this process, and no longer has to be pushed again. */
  readonly onPublished: () => void
}

interface Waiting {
  isPublished: boolean
  readonly answer: (code: number) => void
  readonly cancel: CancelTimer
}

/**
 * Answers the requests that brought clicks: with 0 when the queue has the click, with the code of a worker, or with 0 when the patience
 * of the person who clicked is at its end.
 */
export class ClickAnswers {
  readonly #clock: Clock
  readonly #listen: ClickAnswersDeps['listen']
  #listener: Listener | null = null
  readonly #waiting = new Map<string, Set<Waiting>>()

  constructor({ clock, listen }: ClickAnswersDeps) {
    this.#clock = clock
    this.#listen = listen
  }

  /** Begins to hear codes. */
  run(): void {
    const [clock, listen] = [this.#clock, this.#listen]
    if (listen)
      this.#listener = new Listener({ clock, listen, onMessage: (message) => this.#onCode(message) })
  }

  /** Answers a click in time. It awaits no code when codes do not arrive now. */
  open(click: string, delivery: Pick<Delivery, 'acknowledge'>): OpenClick {
    const awaitsCode = this.#listener?.isOpen === true
    const answer = (code: number): void => {
      waiting.cancel()
      const all = this.#waiting.get(click)
      all?.delete(waiting)
      if (all?.size === 0) this.#waiting.delete(click)
      delivery.acknowledge(code)
    }
    const deadline = awaitsCode ? CODE_WITHIN : PUBLISHED_WITHIN
    const cancel = this.#clock.setTimer(deadline, () => answer(OK))
    const waiting: Waiting = { isPublished: false, answer, cancel }
    const known = this.#waiting.get(click)
    if (known) known.add(waiting)
    else this.#waiting.set(click, new Set([waiting]))
    const onPublished = (): void => {
      waiting.isPublished = true
      if (!awaitsCode) answer(OK)
    }
    return { awaitsCode, onPublished }
  }

  /** Answers what the queue has with 0. The other clicks are left to their source, which has them pushed again. */
  close(): void {
    this.#listener?.close()
    for (const all of this.#waiting.values())
      for (const { isPublished, answer, cancel } of all) {
        cancel()
        if (isPublished) answer(OK)
      }
  }

  #onCode(message: string): void {
    const [, code, click] = /^(\d) (.*)$/s.exec(message) ?? []
    if (click === undefined) return
    for (const { answer } of this.#waiting.get(click) ?? []) answer(Number(code))
  }
}
