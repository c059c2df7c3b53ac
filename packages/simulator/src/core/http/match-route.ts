import { ROUTES, type Route } from './routes.js'

/** A route that fits a path, or why none does. */
export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: readonly string[] }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown' }

const segments = (path: string): readonly string[] => path.split('/').slice(1)

const PATTERNS: readonly (readonly [Route, readonly string[]])[] = ROUTES.map((route) => [
  route,
  segments(route.pattern),
])

const decode = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

const fit = (pattern: readonly string[], path: readonly string[]): readonly string[] | null => {
  if (pattern.length !== path.length) return null
  const params: string[] = []
  for (const [index, part] of pattern.entries()) {
    const segment = decode(path[index] ?? '')
    if (segment === null) return null
    if (part === '{}') params.push(segment)
    else if (part !== segment) return null
  }
  return params
}

/** Finds the route of a call: 404 for an unknown path, 405 for a wrong method (§2.4). */
export const matchRoute = (method: string, path: string): RouteMatch => {
  const parts = segments(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path)
  let elsewhere = false
  for (const [route, pattern] of PATTERNS) {
    const params = fit(pattern, parts)
    if (!params) continue
    if (route.method === method) return { kind: 'found', route, params }
    elsewhere = true
  }
  return elsewhere ? { kind: 'wrong-method' } : { kind: 'unknown' }
}
