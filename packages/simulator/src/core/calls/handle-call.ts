import { textIn } from '../http/scalars.js'
import type { OpenCall } from '../http/state.js'
import { type FaultPlace, strikeFault } from '../kernel/fault-matching.js'
import type { HttpRequest } from '../kernel/input.js'
import { logBytes, logText } from '../kernel/log-text.js'
import { splitName } from '../places/guilds.js'
import { findPeer } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { allScenes } from '../rules/scene.js'
import type { World } from '../world/world.js'
import { applyCallFault } from './call-faults.js'
import { closeCall, execute, respond } from './open-call.js'
import { prepareCall } from './prepare-call.js'

interface Call {
  readonly route: string
  readonly bot: string | null
  readonly body: Readonly<Record<string, unknown>>
  readonly params: readonly string[]
}

const peerOf = (world: World, { route, bot, params }: Call): Peer | undefined => {
  const scene = allScenes.find((name) => route.startsWith(`${name}.`))
  return scene && bot !== null ? findPeer(world, bot, scene, params[0] ?? '') : undefined
}

/** The person of a call: the author of the message that it replies to, or the only person of the conversation. */
const personOf = (world: World, { body }: Call, peer: Peer | undefined): string | null => {
  const anchor = world.anchors.get(textIn(body['msg_id'] ?? body['event_id']))
  if (anchor) return anchor.person
  if (peer?.scene === 'dm') return splitName(peer.name).own
  return peer?.scene === 'c2c' ? peer.name : null
}

/** The properties of a call that a fault can match. */
const describePlace = (world: World, call: Call): FaultPlace => {
  const { route, bot, body } = call
  if (route === 'interaction.ack') {
    const interaction = world.interactions.get(call.params[0] ?? '')
    return { bot, route, peer: interaction?.peer ?? null, person: interaction?.person ?? null }
  }
  const peer = peerOf(world, call)
  const sends = route.endsWith('.send') || route.endsWith('.stream')
  const type = body['msg_type']
  return {
    bot,
    route,
    peer: peer?.name ?? null,
    person: personOf(world, call, peer),
    ...(sends ? { passive: body['msg_id'] !== undefined || body['event_id'] !== undefined } : {}),
    ...(sends ? { msgType: typeof type === 'number' ? type : body['markdown'] === undefined ? 0 : 2 } : {}),
    ...(route.endsWith('.files') ? { url: body['url'] !== undefined } : {}),
  }
}

const loggedRequest = (
  route: string,
  request: HttpRequest,
  body: Readonly<Record<string, unknown>>,
): string => {
  if (route === 'token') return logText(JSON.stringify({ ...body, clientSecret: '[secret]' }))
  if (route === 'binding.create') return JSON.stringify({ key: '[key]' })
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
export const cancelCall = (world: World, call: number): void => {
  const open = world.calls.get(call)
  if (!open) return
  if (open.executing) open.given ??= { status: 0, body: '', at: world.now }
  else closeCall(world, open, 0, '')
}
