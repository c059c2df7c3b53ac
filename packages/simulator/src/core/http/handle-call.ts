import { strikeFault } from '../fault-matching.js'
import type { CallAction } from '../faults.js'
import type { HttpRequest } from '../input.js'
import { logBytes, logText } from '../log-text.js'
import { isStoragePath, putPart } from '../media/chunked.js'
import { countAgainst, firstExceeded } from '../meters.js'
import { ROUTE_LIMITS } from '../rules/limits.js'
import { exchangeToken } from '../token/exchange.js'
import { emit, later, record, type OpenCall, type World } from '../world.js'
import { refuse, serialise, type Answer } from './answers.js'
import { authorize } from './authorize.js'
import { faultAnswer } from './call-faults.js'
import { describePlace } from './call-place.js'
import { matchRoute } from './match-route.js'
import { readBody } from './read-body.js'

const TOKEN_PATH = '/app/getAppAccessToken'

/** What a call is about, before it is executed. */
interface Prepared {
  readonly route: string
  readonly bot: string | null
  readonly body: Readonly<Record<string, unknown>>
  readonly params: readonly string[]
  readonly execute: () => Answer
}

const notFound = (world: World, status: number): Answer =>
  refuse(world, status, { status, message: status === 405 ? 'method not allowed' : 'not found' })

const limitOf = (world: World, route: string, bot: string): Answer | null => {
  const limit = ROUTE_LIMITS[route]
  if (!limit) return null
  const counted = [[limit, `route ${route} ${bot}`]] as const
  if (!firstExceeded(world, counted)) {
    countAgainst(world, counted)
    return null
  }
  const { retryAfter } = world.settings
  return refuse(
    world,
    limit.code,
    retryAfter === null ? {} : { headers: { 'retry-after': String(retryAfter) } },
  )
}

const prepare = (world: World, call: number, request: HttpRequest): Prepared => {
  const body = request.tooLarge ? null : readBody(request)
  const found = { bot: null, body: body ?? {}, params: [] }
  if (request.path === TOKEN_PATH) {
    const execute = (): Answer =>
      request.method === 'POST' ? exchangeToken(world, body ?? {}) : notFound(world, 405)
    return { ...found, route: 'token', execute }
  }
  if (isStoragePath(request.path))
    return { ...found, route: 'storage.put', execute: () => putPart(world, request) }
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
    if (request.tooLarge) return refuse(world, 12002, { status: 413, message: 'request body too large' })
    if (!body) return refuse(world, 12002)
    const limited = limitOf(world, route.name, bot.appId)
    if (limited) return limited
    return route.handler(world, {
      call,
      request,
      bot,
      params,
      query: new URLSearchParams(request.query),
      body,
    })
  }
  return { route: route.name, bot: bot.appId, body: body ?? {}, params, execute }
}

const loggedRequest = (
  route: string,
  request: HttpRequest,
  body: Readonly<Record<string, unknown>>,
): string => {
  if (route === 'token') return logText(JSON.stringify({ ...body, clientSecret: '[secret]' }))
  if (route === 'storage.put') return `<${request.body.length} bytes>`
  return logBytes(request.body)
}

/** Writes the call into the log and forgets it. `status` 0 means that it got no answer. */
export const closeCall = (world: World, open: OpenCall, status: number, response: string): void => {
  world.calls.delete(open.call)
  record(world, {
    kind: 'call',
    call: open.call,
    bot: open.bot,
    method: open.method,
    path: open.path,
    route: open.route,
    request: open.request,
    status,
    code: open.code,
    response: logText(response),
    executed: open.executed,
    fault: open.fault,
    ms: world.now - open.startedAt,
  })
}

/** Answers a call now. */
const respond = (world: World, open: OpenCall, answer: Answer): void => {
  const wire = serialise(world, answer)
  emit(world, { kind: 'respond', call: open.call, answer: wire })
  closeCall(world, open, wire.status, wire.body)
}

const execute = (open: OpenCall, prepared: Prepared): Answer => {
  const answer = prepared.execute()
  open.code = answer.code ?? null
  open.executed = answer.executed ?? (answer.status >= 200 && answer.status < 300)
  return answer
}

const suffer = (world: World, open: OpenCall, prepared: Prepared, action: CallAction): void => {
  const when = 'when' in action ? (action.when ?? 'before') : 'before'
  switch (action.kind) {
    case 'delay': {
      const answer = serialise(world, execute(open, prepared))
      later(world, action.ms, { kind: 'respond', call: open.call, answer })
      return
    }
    case 'answer':
    case 'error': {
      if (when === 'after') execute(open, prepared)
      const answer = faultAnswer(world, action)
      open.code = answer.code ?? null
      respond(world, open, answer)
      return
    }
    case 'hang':
      if (when === 'after') execute(open, prepared)
      // The call stays open until the client gives it up.
      return
    case 'reset': {
      const answer = when === 'before' ? null : execute(open, prepared)
      const partial = when === 'during' && answer ? serialise(world, answer) : null
      emit(world, { kind: 'abort', call: open.call, partial })
      closeCall(world, open, 0, '')
    }
  }
}

/** A call came in. */
export const handleCall = (world: World, call: number, request: HttpRequest): void => {
  const prepared = prepare(world, call, request)
  const open: OpenCall = {
    call,
    startedAt: world.now,
    method: request.method,
    path: request.query === '' ? request.path : `${request.path}?${request.query}`,
    bot: prepared.bot,
    route: prepared.route,
    request: loggedRequest(prepared.route, request, prepared.body),
    executed: false,
    code: null,
    fault: null,
  }
  world.calls.set(call, open)
  const fault = world.faults.size === 0 ? null : strikeFault(world, 'call', describePlace(world, prepared))
  if (!fault) {
    respond(world, open, execute(open, prepared))
    return
  }
  open.fault = fault.id
  suffer(world, open, prepared, fault.do)
}
