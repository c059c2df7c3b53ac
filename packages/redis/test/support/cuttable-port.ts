import type { RedisLink, RedisPort } from '../../src/port/port.js'

/** The way of one process to a server, which a test takes away and gives back. */
export class CuttablePort implements RedisPort {
  readonly #port: RedisPort
  readonly #links = new Set<RedisLink>()
  #isOpen = true

  constructor(port: RedisPort) {
    this.#port = port
  }

  cut(): void {
    this.#isOpen = false
    for (const link of this.#links) link.destroy()
    this.#links.clear()
  }

  open(): void {
    this.#isOpen = true
  }

  readonly duplicate: RedisPort['duplicate'] = async (onEnd) => {
    if (!this.#isOpen) throw new Error('the way is cut')
    const link = await this.#port.duplicate(onEnd)
    if (!this.#isOpen) link.destroy()
    this.#links.add(link)
    return link
  }
}
