import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'

import { MediaError } from '../media-error.js'
import { isPublic } from './is-public.js'

/** Asks for all addresses of a name. Replaceable in tests. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

/** What the system's resolver says. */
export const systemResolve: Resolve = (host, done) => {
  lookup(host, { all: true, verbatim: true }, done)
}

/** Why an address is not opened. */
const privateAddress = (): MediaError =>
  new MediaError({
    code: 'media_private_address',
    path: 'source.url',
    hint: 'leads to an address that is not on the public internet',
  })

/**
 * A lookup for the connector: the addresses that it checks are the ones that are connected to, so a name cannot answer one
 * thing to a check and another to the connection. One answer that is not public is enough to refuse the name.
 */
export const guardedLookup =
  (resolve: Resolve): LookupFunction =>
  (host, { all, family }, done) => {
    resolve(host, (error, found) => {
      if (error) {
        done(error, [])
        return
      }
      if (found.some(({ address }) => !isPublic(address))) {
        done(privateAddress(), [])
        return
      }
      const wanted = found.filter(
        (one) => !family || family === one.family || String(family) === `IPv${one.family}`,
      )
      const [first] = wanted
      if (!first) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [])
      else if (all === true) done(null, [...wanted])
      else done(null, first.address, first.family)
    })
  }

/** Whether an address may be private: its host was allowed, with or without its port. Hosts in lower case. */
export const isAllowed = (allowHosts: ReadonlySet<string>, { hostname, host }: URL): boolean =>
  allowHosts.has(hostname) || allowHosts.has(host)

/**
 * Checks the host of an address before anything is opened. Names are checked when they are looked up; literal addresses
 * never are.
 *
 * @throws MediaError `media_private_address`
 */
export const checkHost = ({ hostname }: URL): void => {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 ? !isPublic(host) : /(?:^|\.)localhost\.?$/i.test(host)) throw privateAddress()
}
