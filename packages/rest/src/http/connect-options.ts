import type { buildConnector } from 'undici'

/** ms to get a connection. Undici's own timer: this wait is not ours to measure. */
const CONNECT = 8000
/**
 * ms that one address of a host may take before the next one is tried: long enough for a first packet that is lost and sent
 * again after a second. With the 250 of Node every address but the last one fails behind a slow line, and where a host has
 * addresses of a kind that the network does not carry, the connection does.
 */
const ADDRESS = 2000

/** How connections are made, to the platform, to proxies and to those who hold files. */
export const connectOptions: Required<Pick<buildConnector.BuildOptions, 'timeout'>> & {
  readonly autoSelectFamilyAttemptTimeout: number
} = Object.freeze({ timeout: CONNECT, autoSelectFamilyAttemptTimeout: ADDRESS })
