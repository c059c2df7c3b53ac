import type { OpenCall } from '../http/state.js'
import { strikeFault } from '../kernel/fault-matching.js'
import type { HttpRequest } from '../kernel/input.js'
import { logBytes, logText } from '../kernel/log-text.js'
import type { World } from '../world/world.js'
import { applyCallFault } from './call-faults.js'
import { describePlace } from './call-place.js'
import { closeCall, execute, respond } from './open-call.js'
import { prepareCall } from './prepare-call.js'

const loggedRequest = (
  route: string,
  request: HttpRequest,
  body: Readonly<Record<string, unknown>>,
): string => {
  if (route === 'token') return logText(JSON.stringify({ ...body, clientSecret: '[secret]' }))
  if (route === 'storage.put') return `<${request.body.length} bytes>`
  return logBytes(request.body)
}

/** Handles a call from its arrival to its answer. */
export const handleCall = (world: World, call: number, request: HttpRequest): void => {
  const prepared = prepareCall(world, call, request)
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
    executing: false,
    given: null,
  }
  world.calls.set(call, open)
  const fault = world.faults.size === 0 ? null : strikeFault(world, 'call', describePlace(world, prepared))
  if (!fault) {
    respond(world, open, execute(open, prepared))
    return
  }
  open.fault = fault.id
  applyCallFault(world, open, prepared, request, fault.do)
}

/** Executes a call that a fault has postponed, even if its client no longer waits. */
export const executeLate = (world: World, call: number, request: HttpRequest): void => {
  const open = world.calls.get(call)
  if (!open) return
  open.executing = false
  const { code, given } = open
  const answer = execute(open, prepareCall(world, call, request))
  if (!given) {
    respond(world, open, answer)
    return
  }
  open.code = code
  closeCall(world, open, given.status, given.body, given.at)
}

/** The client aborted a call. */
export const abandonCall = (world: World, call: number): void => {
  const open = world.calls.get(call)
  if (!open) return
  if (open.executing) open.given ??= { status: 0, body: '', at: world.now }
  else closeCall(world, open, 0, '')
}
