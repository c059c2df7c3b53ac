import { routes } from './routes.js'
import type { Route } from './routes/route.js'

/** The route of a path, or the status that refuses it. */
export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: readonly string[] }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown' }

const segments = (path: string): readonly string[] => path.split('/').slice(1)

type Pattern = readonly [route: Route, parts: readonly string[]]

const patterns: readonly Pattern[] = routes.map((route) => [route, segments(route.pattern)])

/** Patterns by their number of segments. */
const patternsByLength: readonly (readonly Pattern[])[] = Array.from({ length: 10 }, (_, length) =>
  patterns.filter(([, parts]) => parts.length === length),
)

const decode = (segment: string): string | null => {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

const fit = (pattern: readonly string[], path: readonly (string | null)[]): boolean =>
  pattern.every((part, index) => path[index] !== null && (part === '{}' || part === path[index]))

/** Finds the route of a call: 404 for an unknown path, 405 for a wrong method (§2.4). */
export const matchRoute = (method: string, path: string): RouteMatch => {
  const parts = segments(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).map(decode)
  let elsewhere = false
  for (const [route, pattern] of patternsByLength[parts.length] ?? []) {
    if (!fit(pattern, parts)) continue
    if (route.method === method) {
      const params = parts.filter((part, index): part is string => pattern[index] === '{}' && part !== null)
      return { kind: 'found', route, params }
    }
    elsewhere = true
  }
  return elsewhere ? { kind: 'wrong-method' } : { kind: 'unknown' }
}
