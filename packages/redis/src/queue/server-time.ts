import type { Clock } from '@qqkit/core'

import { REMEMBERED, runScript, type Script } from './scripts.js'
import type { SendCommand } from '../port/connection.js'

/** What a {@link ServerTime} works with. */
export interface ServerTimeDeps {
  /** The key of the time that all processes of a bot go by. */
  readonly key: string
  readonly clock: Clock
  /** Wall ms that stand for the clock of the server; default: its own. */
  readonly now?: (() => number) | undefined
}

/** The last time that was heard, and when the question left and the answer came, by the own clock. */
interface Heard {
  readonly time: number
  /** The latest that it can have been. */
  readonly latest: number
  readonly sentAt: number
  readonly cameAt: number
}

/** Part by which two clocks may run apart. */
const DRIFT = 0.0005

/**
 * The time of the server, by which all processes of a bot count, also when somebody sets the clock of its host. Every process says
 * how long it is by its own clock since the last time that it heard: a server whose clock says something else goes by that.
 */
export class ServerTime {
  readonly key: string
  readonly #deps: ServerTimeDeps
  #heard: Heard | null = null

  constructor(deps: ServerTimeDeps) {
    this.key = deps.key
    this.#deps = deps
  }

  /**
   * Runs a script that begins with `CLOCK`, and ends its reply with the time.
   *
   * @returns the reply without the time, and the time
   */
  async run(
    send: SendCommand,
    script: Script,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<{ readonly reply: readonly unknown[]; readonly time: number }> {
    const { clock } = this.#deps
    const sentAt = clock.now()
    const known = this.#argument(sentAt)
    const all = (await runScript(send, script, [this.key, ...keys], [known, ...args])) as readonly unknown[]
    const [time = 0, latest = 0] = String(all.at(-1)).split(' ').map(Number)
    const heard = { time, latest, sentAt, cameAt: clock.now() }
    // A slow answer says less than a fast one that is not old.
    const isOld = this.#heard !== null && heard.cameAt - this.#heard.sentAt > REMEMBERED / 2
    if (isOld || doubtOf(heard, heard.cameAt) <= doubtOf(this.#heard, heard.cameAt)) this.#heard = heard
    return { reply: all.slice(0, -1), time }
  }

  /** ms that stand for the clock of the host, or ''. */
  get host(): string {
    const { now } = this.#deps
    return now ? String(now()) : ''
  }

  /** What stands for the clock of the host, the time that was heard or '' and its latest, the least and the most ms since then, and wall ms. */
  #argument(now: number): string {
    const { host } = this
    const wall = this.#deps.clock.wall().toFixed(0)
    if (!this.#heard || now - this.#heard.sentAt > REMEMBERED) return `${host}   0 0 ${wall}`
    const { time, latest, sentAt, cameAt } = this.#heard
    const least = (now - cameAt) * (1 - DRIFT)
    const most = (now - sentAt) * (1 + DRIFT)
    return `${host} ${time.toFixed(3)} ${latest.toFixed(3)} ${least.toFixed(3)} ${most.toFixed(3)} ${wall}`
  }
}

/** ms by which the time of now may be wrong that follows from what was heard. */
const doubtOf = (heard: Heard | null, now: number): number =>
  heard === null
    ? Infinity
    : heard.latest - heard.time + heard.cameAt - heard.sentAt + (now - heard.cameAt) * 2 * DRIFT
