import { BlockList, isIP } from 'node:net'

import { closedIpv4, closedIpv6, type Network } from './networks.js'

// One list each: in a common one, the range of IPv4-mapped addresses would cover all of IPv4.
const listOf = (networks: readonly Network[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const [address, bits] of networks) list.addSubnet(address, bits, family)
  return list
}

const ipv4 = listOf(closedIpv4, 'ipv4')
const ipv6 = listOf(closedIpv6, 'ipv6')

/** Whether an IP address belongs to the public internet. What is no address at all does not. */
export const isPublic = (address: string): boolean => {
  // A zone ("%eth0") exists on links of this machine only.
  if (address.includes('%')) return false
  const version = isIP(address)
  if (version === 4) return !ipv4.check(address, 'ipv4')
  return version === 6 && !ipv6.check(address, 'ipv6')
}
