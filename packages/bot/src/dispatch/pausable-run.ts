import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { Turn } from '../routing/intake.js'
import type { HandlerRun, OnEnd } from './handler-run.js'
import type { Task } from './keyed-queue.js'

/** Lane and place, as the task that has them. */
interface Seat {
  readonly end: OnEnd
  readonly holder: Task
}

/**
 * A handler run that can leave its conversation for a while: it has neither lane nor place then, and its time stands still. It is
 * apart from {@link HandlerRun}, so that bots without questions do not contain it.
 */
export class PausableRun {
  /** Resolves at the end of the run. */
  readonly over: Promise<void>
  readonly #run: HandlerRun
  #end: () => void = () => {}
  /** When it was paused; `null` while it runs. */
  #since: number | null = null

  static of(turn: Turn): PausableRun {
    // Every turn is the one of a handler run.
    const run = turn as HandlerRun
    return run.pausable instanceof PausableRun ? run.pausable : new PausableRun(run)
  }

  private constructor(run: HandlerRun) {
    this.#run = run
    this.over = new Promise((resolve) => (this.#end = resolve))
  }

  get ctx(): Context {
    return this.#run.ctx
  }

  /** The conversation in which it takes its turn. */
  get key(): string {
    return this.#run.key
  }

  /** Gives lane and place to others. Without effect on a run that is paused or over. */
  pause(): void {
    const seat = this.#leaveSeat()
    seat?.end(seat.holder)
  }

  /** Continues a paused run when it is its turn again; `begin` is called then. */
  continueInTurn(begin: () => void): void {
    const task: Task = {
      key: this.key,
      lane: null,
      start: (end) => {
        const isSeated = this.#continue({ end, holder: task })
        begin()
        return !isSeated
      },
      // It does not get lost: it continues without a place.
      drop: () => {
        this.#continue(null)
        begin()
      },
      leave: (reason) => {
        this.leave(reason)
        begin()
      },
    }
    this.#run.deps.queue(task)
  }

  /** Continues a paused run in lane and place of another one, which is paused. */
  continueFor(other: PausableRun): void {
    const seat = other.#leaveSeat()
    if (!this.#continue(seat)) seat?.end(seat.holder)
  }

  /** Continues a paused run without lane and place. */
  continueAlone(): void {
    this.#continue(null)
  }

  /** Aborts the signal of a run, which may end: its event is left to the next process. */
  leave(reason: Error): void {
    this.#run.cutoff ??= { kind: 'left', reason }
    BaseContext.scopeOf(this.ctx).abort(reason)
    this.#continue(null)
  }

  /** Aborts the signal of a run because a person wants its end: that is no failure of the handler. */
  stop(reason: Error): void {
    this.#run.cutoff ??= { kind: 'stopped', reason }
    BaseContext.scopeOf(this.ctx).abort(reason)
  }

  /** Whether a person has stopped it. */
  get isStopped(): boolean {
    return this.#run.cutoff?.kind === 'stopped'
  }

  /** Called at the end of the run. */
  end(): void {
    this.#since = null
    this.#end()
  }

  /** Leaves its place in the queue; `null` where it has none. */
  #leaveSeat(): Seat | null {
    const run = this.#run
    const { onEnd: end, deps } = run
    if (!end) return null
    const holder = run.holder ?? run
    run.onEnd = null
    run.holder = null
    deps.deadlines.delete(run)
    if (run.pausable === null) {
      run.pausable = this
      deps.addBeside(this.over)
      run.merged.markWaiting()
    }
    this.#since = deps.clock.now()
    return { end, holder }
  }

  /** Lets its time go on, in a place if one is given. Returns whether it was paused. */
  #continue(seat: Seat | null): boolean {
    const run = this.#run
    const { clock, deadlines } = run.deps
    if (this.#since === null) return false
    const paused = clock.now() - this.#since
    this.#since = null
    run.onEnd = seat?.end ?? null
    run.holder = seat?.holder ?? null
    run.giveUpAt += paused
    deadlines.add(run, run.due + paused)
    return true
  }
}
