import type { FaultPlace } from '../fault-matching.js'
import { findPeer } from '../people/peers.js'
import { SCENES } from '../scene.js'
import type { World } from '../world.js'

/** What a call is about, as far as faults can choose by it. */
export const describePlace = (
  world: World,
  call: {
    readonly route: string
    readonly bot: string | null
    readonly body: Readonly<Record<string, unknown>>
    readonly params: readonly string[]
  },
): FaultPlace => {
  const { route, bot, body, params } = call
  const scene = SCENES.find((name) => route.startsWith(`${name}.`))
  const peer = scene && bot !== null ? findPeer(world, bot, scene, params[0] ?? '') : undefined
  const sends = route.endsWith('.send') || route.endsWith('.stream')
  const type = body['msg_type']
  return {
    bot,
    route,
    peer: peer?.name ?? null,
    ...(sends ? { passive: body['msg_id'] !== undefined || body['event_id'] !== undefined } : {}),
    ...(sends ? { msgType: typeof type === 'number' ? type : body['markdown'] === undefined ? 0 : 2 } : {}),
    ...(route.endsWith('.files') ? { url: body['url'] !== undefined } : {}),
  }
}
