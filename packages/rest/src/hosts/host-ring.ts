/** A base URL, split for the wire. */
export interface Host {
  readonly origin: string
  /** What stands before every path; no slash at its end. */
  readonly prefix: string
}

const split = (base: string): Host => {
  const url = new URL(base)
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}

/** The hosts that serve the same API. Stays with one until nothing can be connected to there. */
export class HostRing {
  readonly #hosts: readonly Host[]
  #index = 0

  /** @param bases URLs, the preferred one first; at least one */
  constructor(bases: readonly string[]) {
    this.#hosts = bases.map(split)
  }

  current(): Host {
    const host = this.#hosts[this.#index]
    if (!host) throw new RangeError('a host ring needs at least one base URL')
    return host
  }

  /** Tells that `host` could not be reached: the next one is current, unless another call has moved on already. */
  unreachable(host: Host): void {
    if (host === this.#hosts[this.#index]) this.#index = (this.#index + 1) % this.#hosts.length
  }
}
