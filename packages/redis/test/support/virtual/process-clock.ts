import type { CancelTimer, Clock } from '@qqkit/core'

/** In which order a process that goes on finds what became due while it stood: timers come first after a stop, replies after a blocked loop. */
export type Order = 'timers' | 'arrivals' | 'mixed'

/** Something that the process is to run. Those of one way arrive in their order. */
interface Due {
  readonly kind: 'timer' | 'arrival'
  readonly run: () => void
  /** Whether it was cancelled. */
  readonly isOver: () => boolean
}

/**
 * The time of one process: that of all, but nothing happens in a process that stands still, or is dead. What becomes due meanwhile happens
 * at once when it goes on.
 */
export class ProcessClock implements Clock {
  readonly #world: Clock
  readonly #random: () => number
  #life: 'runs' | 'stands' | 'dead' = 'runs'
  #overdue: Due[] = []
  readonly #timers = new Set<CancelTimer>()

  constructor(world: Clock, random: () => number) {
    this.#world = world
    this.#random = random
  }

  get stands(): boolean {
    return this.#life === 'stands'
  }

  get isDead(): boolean {
    return this.#life === 'dead'
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#world.now()
  }

  wall(): number {
    return this.#world.wall()
  }

  setTimer(ms: number, fn: () => void): CancelTimer {
    const state = { isOver: false }
    if (this.#life === 'dead') return () => {}
    const cancel = this.#world.setTimer(ms, () =>
      this.#happen({
        kind: 'timer',
        isOver: () => state.isOver,
        run: () => {
          end()
          fn()
        },
      }),
    )
    const end = (): void => {
      state.isOver = true
      this.#timers.delete(end)
      cancel()
    }
    this.#timers.add(end)
    return end
  }

  /** Something comes from outside. */
  arrive(run: () => void): void {
    this.#happen({ kind: 'arrival', run, isOver: () => false })
  }

  stand(): void {
    if (this.#life === 'runs') this.#life = 'stands'
  }

  goOn(order: Order): void {
    if (this.#life !== 'stands') return
    this.#life = 'runs'
    const overdue = this.#overdue
    this.#overdue = []
    for (const due of this.#sorted(overdue, order)) this.#world.setTimer(0, () => this.#happen(due))
  }

  /** Nothing of it happens any more. */
  die(): void {
    this.#life = 'dead'
    this.#overdue = []
    for (const cancel of this.#timers) cancel()
  }

  #happen(due: Due): void {
    if (this.#life === 'stands') this.#overdue.push(due)
    else if (this.#life === 'runs' && !due.isOver()) due.run()
  }

  #sorted(overdue: readonly Due[], order: Order): readonly Due[] {
    const timers = overdue.filter(({ kind }) => kind === 'timer')
    const arrivals = overdue.filter(({ kind }) => kind === 'arrival')
    if (order === 'timers') return [...timers, ...arrivals]
    if (order === 'arrivals') return [...arrivals, ...timers]
    const mixed: Due[] = []
    while (timers.length > 0 && arrivals.length > 0)
      mixed.push((this.#random() < 0.5 ? timers : arrivals).shift()!)
    return [...mixed, ...timers, ...arrivals]
  }
}
