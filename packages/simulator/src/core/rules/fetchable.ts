import { BlockList, isIP } from 'node:net'

/** Private and local networks, which the real platform cannot reach. */
const unreachable = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  unreachable.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  unreachable.addSubnet(network, bits, 'ipv6')

/** Whether the platform could download from an address: http(s), and not in a private network (§5.5, §8). */
export const isFetchable = (url: unknown): boolean => {
  if (typeof url !== 'string' || !/^https?:\/\/[^/]+/i.test(url) || !URL.canParse(url)) return false
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const version = isIP(host)
  if (version !== 0) return !unreachable.check(host, version === 4 ? 'ipv4' : 'ipv6')
  return host !== 'localhost' && !host.endsWith('.localhost')
}
