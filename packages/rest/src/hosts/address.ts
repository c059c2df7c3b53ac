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
