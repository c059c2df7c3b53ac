import type { Clock, DeliveryLease, LedgerAnswer } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import type { ProcessClock } from './process-clock.js'

/** ms that a request is on its way. */
const WAY = 40
/** ms between two looks at a lease. */
const LOOK = 50

/** What people see: a message with a number is shown once, one without as often as it comes. */
export class Platform {
  /** By event and place, how often it was seen. */
  readonly seen: Map<string, number> = new Map()
  readonly #numbers = new Set<string>()
  /** Until when nothing of a process gets through. */
  readonly #cutOff = new Map<ProcessClock, number>()
  readonly #world: Clock
  readonly #random: () => number

  constructor(world: Clock, random: () => number) {
    this.#world = world
    this.#random = random
  }

  cutOff(clock: ProcessClock, ms: number): void {
    this.#cutOff.set(clock, this.#world.now() + ms)
  }

  send(clock: ProcessClock, name: string, numbered: boolean): Promise<void> {
    const way = (): number => (this.#random() < 0.05 ? 3000 : WAY) * this.#random()
    const away = Math.max(0, (this.#cutOff.get(clock) ?? 0) - this.#world.now())
    return new Promise((resolve) => {
      this.#world.setTimer(away + way(), () => {
        if (!numbered || !this.#numbers.has(name)) this.seen.set(name, (this.seen.get(name) ?? 0) + 1)
        this.#numbers.add(name)
        this.#world.setTimer(way(), () => clock.arrive(resolve))
      })
    })
  }
}

/** Its event is another one's. */
export class LostError extends Error {}

/** A person has stopped its event. */
export class StoppedError extends Error {}

/** What a {@link Replier} works with. */
export interface ReplierDeps {
  readonly platform: Platform
  readonly clock: ProcessClock
  readonly lease: DeliveryLease
  readonly text: string
  /** Called at the moment when a message leaves. */
  readonly onSend: () => void
  /** A message may have been sent by an earlier run, and is not repeated. */
  readonly onDoubt: (name: string) => void
}

/** Sends the replies of one event as a bot does: planned in the ledger, through the gate of the lease. */
export class Replier {
  readonly #deps: ReplierDeps
  readonly #known = new Map<string, string>()
  #opened = false
  #count = 0

  constructor(deps: ReplierDeps) {
    this.#deps = deps
  }

  /** @throws LostError, StoppedError */
  async reply(numbered: boolean): Promise<void> {
    const { platform, clock, text, onSend, onDoubt, lease } = this.#deps
    const name = `answer/${(this.#count += 1)}`
    const note = await this.#begin(name)
    if (note === 'sent') return
    if (note === 'keyless') return onDoubt(`${text} ${name}`)
    if (!numbered && this.#learn(await lease.sends!.put(name, 'keyless'))) return onDoubt(`${text} ${name}`)
    await this.#gate()
    onSend()
    await platform.send(clock, `${text} ${name}`, numbered)
    // In the background: another process may have the event, and the notes.
    lease.sends!.put(name, 'sent').catch(() => {})
  }

  async #begin(name: string): Promise<string> {
    const { sends } = this.#deps.lease
    if (!this.#opened) {
      const known = this.#learn(await sends!.open(name, 'planned'))
      this.#opened = true
      if (!known) return 'planned'
    }
    const before = this.#known.get(name)
    if (before !== undefined) return before
    this.#learn(await sends!.put(name, 'planned'))
    return this.#known.get(name) ?? 'planned'
  }

  #learn(answer: LedgerAnswer): boolean {
    if (answer.kind === 'lost') throw new LostError()
    if (answer.kind === 'known') for (const [name, note] of answer.notes) this.#known.set(name, note)
    return answer.kind === 'known'
  }

  async #gate(): Promise<void> {
    const { lease, clock } = this.#deps
    for (;;) {
      if (lease.signal.aborted) throw new LostError()
      if (lease.stop?.aborted) throw new StoppedError()
      if (lease.valid()) return
      await sleep(clock, LOOK)
    }
  }
}
