import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

/** ms until a process that was asked to end is killed. */
const ENDING = 15_000

/** The processes that this one has started: none outlives it. */
export class Children {
  readonly #running = new Set<ChildProcess>()
  readonly #killAll = (): void => {
    for (const child of this.#running) child.kill('SIGKILL')
  }

  constructor() {
    process.on('exit', this.#killAll)
  }

  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, options)
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    // It was not found.
    child.once('error', () => this.#running.delete(child))
    return child
  }

  /** Asks it to end, and ends it after 15 s if it does not. */
  async end(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = new AbortController()
    const late = wait(ENDING, true, { signal: timer.signal }).catch(() => false)
    if (await Promise.race([ended.then(() => false), late])) child.kill('SIGKILL')
    timer.abort()
    await ended
  }

  /** Ends all that still run. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#running].map(async (child) => this.end(child)))
    process.off('exit', this.#killAll)
  }
}
