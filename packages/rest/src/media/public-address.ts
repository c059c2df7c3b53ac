import { lookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

import { MediaError } from './error.js'

/** A range of addresses: first address, prefix length, and name. */
export type Network = readonly [address: string, bits: number, what: string]

/** IPv4 ranges that are not public (IANA's special-purpose registry, and multicast). */
const closedIpv4: readonly Network[] = Object.freeze([
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by carriers'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, and the metadata of clouds'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, '6to4 relays'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, and broadcast'],
])

/** IPv6 ranges that are not public, or that contain an IPv4 address. */
const closedIpv6: readonly Network[] = Object.freeze([
  ['::', 96, 'unspecified, loopback, and IPv4 in the old form'],
  ['::ffff:0:0', 96, 'IPv4-mapped'],
  ['::ffff:0:0:0', 96, 'IPv4-translated'],
  ['64:ff9b::', 96, 'NAT64'],
  ['64:ff9b:1::', 48, 'local NAT64'],
  ['100::', 64, 'discard'],
  ['2001::', 23, 'protocol assignments, and Teredo'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['3fff::', 20, 'documentation'],
  ['5f00::', 16, 'segment routing'],
  ['fc00::', 7, 'unique local'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'site-local'],
  ['ff00::', 8, 'multicast'],
])

// Separate lists: in a common list, the range of IPv4-mapped addresses would cover all of IPv4.
const listOf = (networks: readonly Network[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [address, bits] of networks) list.addSubnet(address, bits, family)
  return list
}

const ipv4 = listOf(closedIpv4, 'ipv4')
const ipv6 = listOf(closedIpv6, 'ipv6')

/** Whether an IP address is public; `false` for an invalid one. */
export const isPublic = (address: string): boolean => {
  // A zone ("%eth0") means a link-local address.
  if (address.includes('%')) return false
  const version = isIP(address)
  if (version === 4) return !ipv4.check(address, 'ipv4')
  return version === 6 && !ipv6.check(address, 'ipv6')
}

/** Resolves all addresses of a name. Replaceable in tests. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

/** The system's resolver. */
export const systemResolve: Resolve = (host, done) => {
  lookup(host, { all: true, verbatim: true }, done)
}

/** The error for a private address. */
const privateAddress = (): MediaError =>
  new MediaError({
    code: 'media_private_address',
    path: 'source.url',
    hint: 'leads to an address that is not on the public internet',
  })

/**
 * A lookup for the connector. It checks the very addresses that are connected to, so a name cannot resolve differently
 * for check and connection (DNS rebinding). One private address is enough to refuse the name.
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

/** Whether a host is allowed to be private, with or without its port. Hosts are in lower case. */
export const isAllowed = (allowHosts: ReadonlySet<string>, { hostname, host }: URL): boolean =>
  allowHosts.has(hostname) || allowHosts.has(host)

/**
 * Checks the host of an address before connecting. Names are checked during lookup, but literal addresses are not
 * looked up.
 *
 * @throws MediaError `media_private_address`
 */
export const checkHost = ({ hostname }: URL): void => {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 ? !isPublic(host) : /(?:^|\.)localhost\.?$/i.test(host)) throw privateAddress()
}
