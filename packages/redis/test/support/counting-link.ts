import type { ManualClock } from '@qqkit/core/testing'

import type { SendCommand } from '../../src/port/connection.js'

/** A connection that knows how many of its commands have no answer yet. */
export class CountingLink {
  unanswered = 0
  readonly #command: SendCommand

  constructor(command: SendCommand) {
    this.#command = command
  }

  readonly send: SendCommand = async (...args) => {
    this.unanswered += 1
    try {
      return await this.#command(...args)
    } finally {
      this.unanswered -= 1
    }
  }
}

/** Advances a clock by hand, timer by timer, and waits in between until the server has answered everything. */
export const passOn =
  (clock: ManualClock, link: CountingLink) =>
  async (ms: number): Promise<void> => {
    const flush = async (): Promise<void> => {
      await clock.settle()
      while (link.unanswered > 0) {
        await link.send(['PING'])
        await clock.settle()
      }
    }
    await flush()
    const end = clock.now() + ms
    while (clock.now() < end) {
      await clock.advance(Math.min(Math.max(clock.untilNext ?? Infinity, 0), end - clock.now()))
      await flush()
    }
  }
