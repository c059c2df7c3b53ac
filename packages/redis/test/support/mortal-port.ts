import type { RedisPort } from '../../src/port/port.js'

/** When a process dies: before its n-th command reaches the server, or before the answer comes back. */
export interface Death {
  readonly command: number
  readonly when: 'before' | 'after'
}

/** The way of one process to the server, which dies at a command: nothing of it reaches anybody afterwards. */
export class MortalPort implements RedisPort {
  isDead = false
  /** Commands so far. */
  count = 0
  readonly #port: RedisPort
  readonly #death: Death
  /** Only these count. */
  readonly #counts: (args: readonly string[]) => boolean

  constructor(port: RedisPort, death: Death, counts: (args: readonly string[]) => boolean) {
    this.#port = port
    this.#death = death
    this.#counts = counts
  }

  readonly duplicate: RedisPort['duplicate'] = async (onEnd) => {
    const link = await this.#port.duplicate(onEnd)
    return {
      ...link,
      command: async (args) => {
        await this.#reach(args, 'before')
        const answer = await link.command(args)
        if (this.#counts(args)) await this.#reach(args, 'after')
        return answer
      },
    }
  }

  /** Never resolves in a dead process. */
  async reach(): Promise<void> {
    if (this.isDead) await new Promise(() => {})
  }

  async #reach(args: readonly string[], when: Death['when']): Promise<void> {
    if (!this.isDead && this.#counts(args)) {
      if (when === 'before') this.count += 1
      this.isDead = this.count === this.#death.command && when === this.#death.when
    }
    await this.reach()
  }
}
