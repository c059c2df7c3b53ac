import { routeShape } from '../http/route-path.js'

const PLAIN_METHODS: ReadonlySet<string> = new Set(['POST', 'PATCH'])

/** Endpoints that do not do what their method promises: whether doing it twice is doing it once. */
const EXCEPTIONS: Readonly<Record<string, boolean>> = Object.freeze({
  // Publishes a thread, and one more each time (§5.11).
  'PUT /channels/{}/threads': false,
  // The older member list: it only reads (§5.8).
  'POST /v2/groups/{}/members': true,
})

/** Whether a repeat of this call is harmless. */
export const isRepeatable = (method: string, route: string): boolean =>
  EXCEPTIONS[`${method} ${routeShape(route)}`] ?? !PLAIN_METHODS.has(method)
