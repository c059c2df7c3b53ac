import { fillRoute } from '../http/route-path.js'
import { sceneOf } from './scene-of.js'
import type { Target } from './scenes.js'

/** Where a message is recalled (§5.6). */
export interface RecallPlace {
  readonly route: string
  readonly path: string
  readonly routeClass: string
}

/** @throws InvalidRequestError for an id that cannot be one */
export const recallPlace = (target: Target, messageId: string, hideTip: boolean): RecallPlace => {
  const scene = sceneOf(target)
  const { route, routeClass } = scene.recall
  const query = scene.recall.hideTip ? { hidetip: hideTip } : {}
  return {
    route,
    routeClass,
    path: fillRoute(route, { [scene.param]: target.id, message_id: messageId }, query),
  }
}
