import type { Advice, LogSink } from '@qqkit/core'

import { suspectsIn } from '../errors/identify-refused-error.js'

/** The intents that all shards of a gateway identify with, and what was left out of those that were asked for (§3.11). */
export class IntentsInUse {
  readonly #asked: number
  readonly #log: LogSink
  #mask: number

  constructor(asked: number, log: LogSink) {
    this.#asked = asked
    this.#mask = asked
    this.#log = log
  }

  get mask(): number {
    return this.#mask
  }

  /** Names of what is left out; empty as a rule. */
  get leftOut(): readonly string[] {
    return suspectsIn(this.#asked & ~this.#mask)
  }

  /** What a person can do about it; `null` when nothing is left out. */
  get advice(): Advice | null {
    const names = this.leftOut.join(', ')
    if (names === '') return null
    return {
      en: `Events of ${names} will not come before the process starts anew. Apply for the permission in the console, or take them out of the intents.`,
      zh: `在进程重新启动之前不会收到 ${names} 的事件。请在管理端申请权限，或从 intents 中去掉它们。`,
    }
  }

  /** From now on only these. Said once, and loudly. */
  keep(mask: number): void {
    if (mask === this.#mask) return
    this.#mask = mask
    const names = this.leftOut.join(', ')
    this.#log({
      level: 'error',
      event: 'gateway.intents_left_out',
      message: `Identify was refused again and again: going on without the intents ${names}, whose events will not come`,
      intents: this.leftOut,
      advice: this.advice,
    })
  }
}
