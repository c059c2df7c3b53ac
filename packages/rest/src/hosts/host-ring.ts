import type { Line } from '../http/exchange.js'

/** The hosts that serve the same thing. Stays with one until nothing can be connected to there. */
export class HostRing<H extends object> {
  readonly #hosts: readonly H[]
  readonly #lines: Map<H, Line>
  #index = 0

  /** @param hosts the preferred one first; at least one */
  constructor(hosts: readonly H[]) {
    this.#hosts = hosts
    this.#lines = new Map(hosts.map((host) => [host, { open: 0 }]))
  }

  current(): H {
    const host = this.#hosts[this.#index]
    if (host === undefined) throw new RangeError('a host ring needs at least one host')
    return host
  }

  /** What is known of the way to one of the hosts. */
  lineTo(host: H): Line | undefined {
    return this.#lines.get(host)
  }

  /** Tells that `host` could not be reached: the next one is current, unless another call has moved on already. */
  unreachable(host: H): void {
    if (host === this.#hosts[this.#index]) this.#index = (this.#index + 1) % this.#hosts.length
  }
}
