import type { HostTraffic } from './exchange.js'

/** A URL, split for the wire. */
export interface Address {
  readonly origin: string
  /** Path and query. A base has no trailing slash, since paths are appended. */
  readonly path: string
}

/** The base address of an API. */
export const baseAddress = (base: string): Address => {
  const { origin, pathname } = new URL(base)
  return { origin, path: pathname.replace(/\/+$/, '') }
}

/** A single address, with its query. */
export const pageAddress = (url: string): Address => {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search }
}

/** Hosts that serve the same API. Stays with one host until no connection to it can be made. */
export class HostFailover<H extends object> {
  readonly #hosts: readonly H[]
  /** In the order of the hosts: a map would be larger than all hosts of a client. */
  readonly #traffic: readonly HostTraffic[]
  #index = 0

  /** @param hosts the preferred one first; at least one */
  constructor(hosts: readonly H[]) {
    this.#hosts = hosts
    this.#traffic = hosts.map(() => ({ open: 0 }))
  }

  current(): H {
    const host = this.#hosts[this.#index]
    if (host === undefined) throw new RangeError('HostFailover needs at least one host')
    return host
  }

  /** Open requests to a host. */
  trafficTo(host: H): HostTraffic | undefined {
    return this.#traffic[this.#hosts.indexOf(host)]
  }

  /**
   * Reports that `host` could not be reached. The next host becomes current, unless another call has switched already.
   */
  unreachable(host: H): void {
    if (host === this.#hosts[this.#index]) this.#index = (this.#index + 1) % this.#hosts.length
  }
}
