import type { CancelTimer, Clock } from '@qqkit/core'

import { LentShare } from '../decisions/lent-share.js'
import type { SendCommand } from '../port/connection.js'
import type { ServerTime } from '../queue/server-time.js'
import { takeScript } from './limit-scripts.js'

/** Dependencies of a {@link LimitMember}. */
export interface LimitMemberDeps {
  readonly send: SendCommand
  readonly prefix: string
  readonly clock: Clock
  readonly time: ServerTime
  /** Unique among the processes of the bot. */
  readonly process: string
}

/** ms between two words with the server: three before it takes the process for silent. */
const BEAT = 4000

/** From what an attempt counts, and ms until that at the latest. */
export interface Counts {
  readonly from: 'leaving' | 'answer'
  readonly within: number
}

/** The answer to an attempt. */
export interface LimitAnswer {
  /** ms to wait; 0: taken. */
  readonly wait: number
  /** How many targets were refused in a row. */
  readonly refused: number
}

/** A process among those that share limits: its calls, and its share while it is cut off. It calls for as long as it may be cut off. */
export class LimitMember {
  readonly share: LentShare = new LentShare()
  readonly #deps: LimitMemberDeps
  readonly #key: string
  #cancel: CancelTimer | null = null
  #calledAt = -Infinity
  #closed = false

  constructor(deps: LimitMemberDeps) {
    this.#deps = deps
    this.#key = `${deps.prefix}limit:members`
  }

  /**
   * @param keys hold of the target, hold of the class, refused targets, and the log of each window
   * @param counts from what an attempt counts, and ms until that at the latest
   */
  async take(
    keys: readonly string[],
    id: string,
    { counts: { from, within }, rules }: { readonly counts: Counts; readonly rules: readonly string[] },
  ): Promise<LimitAnswer> {
    const { send, clock, time, process } = this.#deps
    this.#calledAt = clock.now()
    if (!this.#closed) this.#cancel ??= this.#beatLater()
    const { known } = this.share
    const heard = known ? [String(known.share), known.at.toFixed(3)] : ['', '']
    const answer = await time.run(
      send,
      takeScript,
      [this.#key, ...keys],
      [process, ...heard, id, from, within.toFixed(3), ...rules],
    )
    const [wait, refused, share] = answer.reply as readonly [string, number, string]
    this.share.answered({ share: Number(share), at: answer.time, cameAt: clock.now() })
    return { wait: Math.ceil(Number(wait)), refused }
  }

  /** The process ends: it no longer says that it is there. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
  }

  /** Closes it, and gives its share to the others. Never rejects. */
  async leave(): Promise<void> {
    this.close()
    if (this.#calledAt === -Infinity) return
    const { send, process } = this.#deps
    await send(['HDEL', this.#key, process]).catch(() => {})
  }

  #beatLater(): CancelTimer {
    const { clock, prefix } = this.#deps
    return clock.setTimer(BEAT, () => {
      this.#cancel = null
      if (this.#closed) return
      const nothing = ['target', 'class', 'refused'].map((name) => `${prefix}limit:none:${name}`)
      if (clock.now() - this.#calledAt < BEAT / 2) this.#cancel = this.#beatLater()
      // What is lost here makes it silent.
      else this.take(nothing, '', { counts: { from: 'leaving', within: 0 }, rules: [] }).catch(() => {})
    })
  }
}
