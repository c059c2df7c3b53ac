import { createBindTask, pollBindResult } from '../binding/binding.js'
import type { Bot } from '../bot/state.js'
import { botOfLegacyToken, botOfToken } from '../bot/tokens.js'
import { type Answer, refuse, refuseInWords } from '../http/answers.js'
import { isForm, readBody } from '../http/read-body.js'
import type { HttpRequest } from '../kernel/input.js'
import { countAgainst, firstExceeded } from '../kernel/meters.js'
import { getContent, isStoragePath, putPart } from '../media/chunked.js'
import { routeLimits } from '../rules/limits.js'
import type { World } from '../world/world.js'
import { routes } from './routes.js'
import { showScanPage, takeScan } from './scan-page.js'
import type { Route } from './routes/route.js'
import { exchangeToken } from './token-exchange.js'

/** The route of a path, or the status that refuses it. */
type RouteMatch =
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
const matchRoute = (method: string, path: string): RouteMatch => {
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

/** The bot that makes a call, or the code that refuses its authorization (§1.4, §1.5). */
const authorize = (world: World, header: string | undefined): Bot | number => {
  if (header === undefined || header.trim() === '') return 11241
  const [scheme = '', ...rest] = header.trim().split(' ')
  const value = rest.join(' ').trim()
  if (scheme === 'Bearer') return 11273
  if (scheme === 'Bot') {
    if (!world.settings.legacyAuth) return 11245
    return botOfLegacyToken(world, value) ?? 11243
  }
  if (scheme !== 'QQBot') return 11243
  const bot = botOfToken(world, value)
  if (bot?.standing === 'banned') return 11265
  // CONFLICT: 11243 "wrong" and 11244 "expired or absent" both fit; clients refresh on 11244 (§1.5).
  return bot ?? 11244
}

type OpenHandler = (
  world: World,
  request: HttpRequest,
  body: Readonly<Record<string, unknown>> | null,
) => Answer

/** A call without authorization. */
interface OpenRoute {
  readonly route: string
  readonly method: 'GET' | 'POST'
  readonly handler: OpenHandler
}

const SCAN_PATH = '/qqbot/openclaw/connect.html'

/** Calls without authorization, by path: the token, and what belongs to another host than the API (§1.7). */
const openRoutes: Readonly<Record<string, readonly OpenRoute[]>> = {
  '/app/getAppAccessToken': [
    {
      route: 'token',
      method: 'POST',
      handler: (world, request, body) => exchangeToken(world, isForm(request) ? null : body),
    },
  ],
  '/lite/create_bind_task': [{ route: 'binding.create', method: 'POST', handler: createBindTask }],
  '/lite/poll_bind_result': [{ route: 'binding.poll', method: 'POST', handler: pollBindResult }],
  [SCAN_PATH]: [
    { route: 'binding.page', method: 'GET', handler: showScanPage },
    { route: 'binding.scan', method: 'POST', handler: takeScan },
  ],
}

/** A call before its execution: its route, bot and fields. */
export interface Prepared {
  readonly route: string
  readonly bot: string | null
  readonly body: Readonly<Record<string, unknown>>
  readonly params: readonly string[]
  readonly execute: () => Answer
}

/** The answer to an unknown path. Its body has no code, since a 404 with a code is a refusal (§2.4). */
const notFound = (world: World, status: number): Answer =>
  refuseInWords(world, status === 405 ? 'method not allowed' : 'not found', { status })

const limitOf = (world: World, route: string, bot: string): Answer | null => {
  const limit = routeLimits[route]
  if (!limit) return null
  const counted = [[limit, `route ${route} ${bot}`]] as const
  if (!firstExceeded(world, counted)) {
    countAgainst(world, counted)
    return null
  }
  const { retryAfter } = world.settings
  return refuse(world, limit.code, {
    // Every rate limit is a 429 (§2.4), even where its code has another status elsewhere.
    status: 429,
    ...(retryAfter === null ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  })
}

/** The front proxy's answer to a body that is too large: an HTML page, no JSON (§2.4). */
const bodyTooLarge: Answer = {
  status: 413,
  raw: '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n',
  type: 'text/html',
}

const routeNameOf = ({ method, path }: HttpRequest): string => {
  const match = matchRoute(method, path)
  return match.kind === 'found' ? match.route.name : 'unknown'
}

/** Finds the bot, route and place of a call, or its refusal. Has no effects, so it can be repeated. */
export const prepareCall = (world: World, call: number, request: HttpRequest): Prepared => {
  const body = request.tooLarge ? null : readBody(request)
  const found = { bot: null, body: body ?? {}, params: [] }
  const open = Object.hasOwn(openRoutes, request.path) ? openRoutes[request.path] : undefined
  if (open) {
    const [first] = open
    const row = open.find(({ method }) => method === request.method)
    const execute = (): Answer => (row ? row.handler(world, request, body) : notFound(world, 405))
    return { ...found, route: row?.route ?? first?.route ?? 'unknown', execute }
  }
  if (isStoragePath(request.path) && request.method === 'GET')
    return { ...found, route: 'storage.get', execute: () => getContent(world, request) }
  if (isStoragePath(request.path))
    return { ...found, route: 'storage.put', execute: () => putPart(world, request) }
  // Checked before the authorization, as the front proxy does.
  if (request.tooLarge) return { ...found, route: routeNameOf(request), execute: () => bodyTooLarge }
  const match = matchRoute(request.method, request.path)
  if (match.kind !== 'found') {
    return {
      ...found,
      route: 'unknown',
      execute: () => notFound(world, match.kind === 'unknown' ? 404 : 405),
    }
  }
  const { route, params } = match
  const bot = authorize(world, request.headers['authorization'])
  if (typeof bot === 'number')
    return { ...found, route: route.name, params, execute: () => refuse(world, bot) }
  const execute = (): Answer => {
    if (!body) return refuse(world, 12002)
    const limited = limitOf(world, route.name, bot.appId)
    if (limited) return limited
    return route.handler(world, {
      call,
      request,
      route: route.name,
      bot,
      params,
      query: new URLSearchParams(request.query),
      body,
    })
  }
  return { route: route.name, bot: bot.appId, body: body ?? {}, params, execute }
}
