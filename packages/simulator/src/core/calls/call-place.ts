import { textIn } from '../http/scalars.js'
import type { FaultPlace } from '../kernel/fault-matching.js'
import { splitName } from '../places/guilds.js'
import { findPeer } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { allScenes } from '../rules/scene.js'
import type { World } from '../world/world.js'

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
export const describePlace = (world: World, call: Call): FaultPlace => {
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
