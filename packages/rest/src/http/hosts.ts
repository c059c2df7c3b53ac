import type { HostTraffic } from './exchange.js'

/** A URL, split for the wire. */
export interface Address {
  readonly origin: string
  /** Path and query; for a base without the slash at its end, since paths are put behind it. */
  readonly path: string
}

/** Where the paths of an API begin. */
export const baseAddress = (base: string): Address => {
  const { origin, pathname } = new URL(base)
  return { origin, path: pathname.replace(/\/+$/, '') }
}

/** A single address, with its query. */
export const pageAddress = (url: string): Address => {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search }
}

/** The hosts that serve the same thing. Stays with one until nothing can be connected to there. */
export class HostFailover<H extends object> {
  readonly #hosts: readonly H[]
  readonly #traffic: Map<H, HostTraffic>
  #index = 0

  /** @param hosts the preferred one first; at least one */
  constructor(hosts: readonly H[]) {
    this.#hosts = hosts
    this.#traffic = new Map(hosts.map((host) => [host, { open: 0 }]))
  }

  current(): H {
    const host = this.#hosts[this.#index]
    if (host === undefined) throw new RangeError('HostFailover needs at least one host')
    return host
  }

  /** What is known of the way to one of the hosts. */
  trafficTo(host: H): HostTraffic | undefined {
    return this.#traffic.get(host)
  }

  /** Tells that `host` could not be reached: the next one is current, unless another call has moved on already. */
  unreachable(host: H): void {
    if (host === this.#hosts[this.#index]) this.#index = (this.#index + 1) % this.#hosts.length
  }
}
