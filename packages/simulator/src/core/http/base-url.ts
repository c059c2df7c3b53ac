import type { HttpRequest } from '../kernel/input.js'
import type { KernelWorld } from '../kernel/kernel.js'

const AUTHORITY = /^[\w.-]+(?::\d+)?$|^\[[0-9a-f:]+\](?::\d+)?$/i

/**
 * The base address for this client. A simulator that listens on every address repeats the host name that the client
 * used.
 */
export const baseFor = (
  world: KernelWorld,
  request: HttpRequest,
): { readonly http: string; readonly ws: string } => {
  const { host } = request.headers
  if (!world.base.everywhere || host === undefined || !AUTHORITY.test(host)) return world.base
  return { http: `http://${host}`, ws: `ws://${host}` }
}
