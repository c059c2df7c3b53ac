import type { AccessFault } from '@qqkit/core'

const faults: readonly unknown[] = [
  'fatal',
  'rate_limited',
  'unavailable',
] satisfies readonly AccessFault['access'][]

/** How bad it is that an access call failed; without a mark it is a passing fault. */
export const accessFaultOf = (error: unknown): AccessFault['access'] => {
  const mark = typeof error === 'object' && error !== null && 'access' in error ? error.access : null
  return faults.includes(mark) ? (mark as AccessFault['access']) : 'unavailable'
}
